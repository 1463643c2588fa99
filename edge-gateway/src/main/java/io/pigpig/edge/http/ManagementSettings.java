package io.pigpig.edge.http;

import io.pigpig.runtime.settings.Setting;

/** Where health and metrics are; never the port of the edge. */
public record ManagementSettings(
    @Setting(about = "Address of the management port.", byDefault = "127.0.0.1") String host,
    @Setting(
            about = "TCP port of health and metrics; 0 picks a free one.",
            byDefault = "8081",
            min = 0,
            max = 65535)
        int port) {}
