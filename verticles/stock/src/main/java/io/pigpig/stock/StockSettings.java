package io.pigpig.stock;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Knobs of the gate. */
public record StockSettings(
    @Setting(
            about = "The most orders that one call of the gate's script decides.",
            byDefault = "256",
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
        Duration repairEvery) {}
