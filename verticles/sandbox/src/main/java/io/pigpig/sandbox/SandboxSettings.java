package io.pigpig.sandbox;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Knobs of one sandbox peer. */
public record SandboxSettings(
    @Setting(about = "Address the peer listens on.", byDefault = "127.0.0.1") String host,
    @Setting(
            about = "TCP port of the peer; 0 picks a free one.",
            byDefault = "0",
            min = 0,
            max = 65_535)
        int port,
    @Setting(about = "Folder of the peer's ledger.", byDefault = "data/sandbox") String data,
    @Setting(
            about =
                "The most entries the ledger holds; then what needs one more is refused with 507.",
            byDefault = "1000000",
            min = 1,
            max = 50_000_000)
        int entriesMax,
    @Setting(
            about = "The longest a scripted fault keeps a request without an answer.",
            byDefault = "30s",
            min = 10,
            max = 600_000)
        Duration silenceMax,
    @Setting(
            about = "A connection without traffic is closed after this time.",
            byDefault = "60s",
            min = 1_000,
            max = 600_000)
        Duration idleTimeout,
    CallbackSettings callback) {}
