package io.pigpig.order;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Knobs of the order path. */
public record OrderSettings(
    @Setting(
            about = "The most orders that one transaction commits together.",
            byDefault = "256",
            min = 1,
            max = 4096)
        int commitBatchMax,
    @Setting(
            about = "The most orders of one event loop that wait for their commit.",
            byDefault = "4096",
            min = 1,
            max = 1_000_000)
        int commitQueueMax,
    @Setting(
            about = "The most requests with the same key that wait for the first one's answer.",
            byDefault = "256",
            min = 1,
            max = 100_000)
        int sameKeyMax,
    @Setting(
            about = "How long an unpaid order keeps its units.",
            byDefault = "15m",
            min = 100,
            max = 86_400_000)
        Duration paymentWindow,
    @Setting(
            about = "How often unpaid orders are looked for whose window has passed.",
            byDefault = "1s",
            min = 50,
            max = 3_600_000)
        Duration expirySweep,
    @Setting(
            about = "The most orders that one expiry transaction gives up.",
            byDefault = "500",
            min = 1,
            max = 10_000)
        int expiryBatchMax) {}
