package io.pigpig.order;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Knobs of the order path. */
public record OrderSettings(
    @Setting(
            about = "The most orders that one transaction commits together.",
            byDefault = "2048",
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
            about =
                "The most orders that one event loop works on, also for callers that were told"
                    + " OUTCOME_UNKNOWN.",
            byDefault = "8192",
            min = 1,
            max = 1_000_000)
        int inFlightMax,
    @Setting(
            about = "How often callers whose deadline has passed are let go.",
            byDefault = "50ms",
            min = 1,
            max = 10_000)
        Duration lateEvery,
    @Setting(
            about = "The most designs that one event loop remembers to exist.",
            byDefault = "10000",
            min = 1,
            max = 1_000_000)
        int knownDesignsMax,
    @Setting(
            about = "How long the caller of a payment or a cancellation waits.",
            byDefault = "5s",
            min = 100,
            max = 600_000)
        Duration settleTimeout,
    @Setting(
            about = "How long a paid order waits before it is printed, and can be cancelled.",
            byDefault = "2s",
            min = 0,
            max = 86_400_000)
        Duration productionDelay,
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
        int expiryBatchMax,
    @Setting(
            about = "The most orders that one expiry transaction looks at, expired or not.",
            byDefault = "20000",
            min = 100,
            max = 1_000_000)
        int expiryVisitMax,
    @Setting(
            about = "How often committed status changes are handed on as events.",
            byDefault = "200ms",
            min = 10,
            max = 60_000)
        Duration relayEvery,
    @Setting(
            about = "The most commits that are handed on as events at a time.",
            byDefault = "200",
            min = 1,
            max = 10_000)
        int relayBatchMax,
    @Setting(
            about = "How long a process that hands events on may be silent before another does.",
            byDefault = "5s",
            min = 200,
            max = 600_000)
        Duration relayLease,
    @Setting(
            about = "How often the payment provider's ledger is compared with the orders.",
            byDefault = "2s",
            min = 50,
            max = 3_600_000)
        Duration paymentsCompareEvery,
    @Setting(
            about = "The longest an audit's statement may run.",
            byDefault = "2m",
            min = 1_000,
            max = 3_600_000)
        Duration auditStatementTimeout,
    @Setting(
            about = "How long an audit waits for gate and ledger to agree while orders are placed.",
            byDefault = "10s",
            min = 0,
            max = 600_000)
        Duration auditGatePatience,
    @Setting(
            about = "How often months of orders are made ahead and old ones retired.",
            byDefault = "1m",
            min = 100,
            max = 86_400_000)
        Duration monthsTendEvery,
    @Setting(
            about = "For how many months ahead orders have a partition.",
            byDefault = "2",
            min = 1,
            max = 24)
        int monthsAhead,
    @Setting(
            about =
                "Months of orders that are kept; older ones are retired, with their keys. 0 keeps"
                    + " all.",
            byDefault = "0",
            min = 0,
            max = 1_200)
        int monthsKept,
    @Setting(
            about = "The most orders that one transaction retires.",
            byDefault = "2000",
            min = 1,
            max = 50_000)
        int retireBatchMax,
    RemoteOrderSettings remote) {}
