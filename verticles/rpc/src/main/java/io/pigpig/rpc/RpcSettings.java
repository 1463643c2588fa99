package io.pigpig.rpc;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** How gRPC is served and asked. */
public record RpcSettings(
    @Setting(about = "Address that gRPC listens on.", byDefault = "127.0.0.1") String host,
    @Setting(
            about = "Port of gRPC in clear text HTTP/2; 0 takes a free one.",
            byDefault = "9090",
            min = 0,
            max = 65_535)
        int port,
    @Setting(
            about =
                "Whether other processes may listen on the same port (SO_REUSEPORT), so that one"
                    + " serves while another is replaced.",
            byDefault = "off")
        boolean portShared,
    @Setting(
            about = "The longest message that is taken, in bytes.",
            byDefault = "3145728",
            min = 1_024,
            max = 16_777_216)
        int messageMax,
    @Setting(
            about = "The most calls of one event loop that are under way, streams included.",
            byDefault = "4096",
            min = 1,
            max = 1_000_000)
        int callsMax,
    @Setting(
            about = "How long a call may take whose caller does not say.",
            byDefault = "5s",
            min = 1,
            max = 600_000)
        Duration callTimeout,
    @Setting(
            about =
                "The longest that a caller may ask a call to take; streams of batches are free.",
            byDefault = "60s",
            min = 1,
            max = 3_600_000)
        Duration callTimeoutMax,
    @Setting(
            about = "How long a stream that follows an order waits before it looks again.",
            byDefault = "500ms",
            min = 10,
            max = 60_000)
        Duration watchEvery,
    @Setting(
            about = "The most batches of orders that one stream has under way.",
            byDefault = "4",
            min = 1,
            max = 64)
        int batchesInFlight,
    @Setting(
            about =
                "After how long a stream of batches is opened anew, at another instance perhaps.",
            byDefault = "30s",
            min = 100,
            max = 3_600_000)
        Duration streamFor) {}
