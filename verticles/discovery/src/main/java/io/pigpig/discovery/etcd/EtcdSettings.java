package io.pigpig.discovery.etcd;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Knobs of discovery through etcd. */
public record EtcdSettings(
    @Setting(
            about = "etcd's addresses, host:port, separated by commas; empty for no etcd.",
            byDefault = "")
        String addresses,
    @Setting(about = "What every key begins with.", byDefault = "/pigpig/instances/") String prefix,
    @Setting(
            about =
                "How long an instance that died stays known; etcd itself makes less than 3s 3s.",
            byDefault = "5s",
            min = 1_000,
            max = 300_000)
        Duration leaseTtl,
    @Setting(
            about = "The longest wait for one answer of etcd.",
            byDefault = "1s",
            min = 50,
            max = 60_000)
        Duration callTimeout,
    @Setting(
            about = "How often the instances are read whole, beside the watch.",
            byDefault = "5s",
            min = 100,
            max = 600_000)
        Duration readEvery) {}
