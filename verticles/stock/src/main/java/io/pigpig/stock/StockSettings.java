package io.pigpig.stock;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Knobs of the gate. */
public record StockSettings(
    @Setting(
            about = "The most orders that one call of the gate's script decides.",
            byDefault = "2048",
            min = 1,
            max = 4096)
        int gateBatchMax,
    @Setting(
            about = "The most orders of one event loop that wait for the gate.",
            byDefault = "4096",
            min = 1,
            max = 1_000_000)
        int gateQueueMax,
    @Setting(
            about = "How long a sold-out SKU is refused without asking the gate again.",
            byDefault = "1s",
            min = 10,
            max = 60_000)
        Duration soldOutRecheck,
    @Setting(
            about = "How often ledger and gate are compared.",
            byDefault = "500ms",
            min = 50,
            max = 60_000)
        Duration reconcileEvery,
    @Setting(
            about =
                "How long a SKU in which ledger and gate differ stands still before the gate is"
                    + " corrected.",
            byDefault = "2s",
            min = 1,
            max = 600_000)
        Duration driftStillFor,
    @Setting(
            about = "The shortest time between two attempts to repair a gate that is closed.",
            byDefault = "200ms",
            min = 0,
            max = 60_000)
        Duration repairEvery,
    @Setting(
            about = "The longest that units are held for an order of somebody else.",
            byDefault = "1h",
            min = 1,
            max = 86_400_000)
        Duration holdMax,
    @Setting(
            about =
                "How long it is remembered what became of such a hold; longer than any call of it"
                    + " may be late.",
            byDefault = "48h",
            min = 1_000,
            max = 2_592_000_000L)
        Duration holdKept,
    @Setting(
            about = "The most holds that one sweep expires, and the most that it forgets.",
            byDefault = "500",
            min = 1,
            max = 10_000)
        int holdSweepMax) {}
