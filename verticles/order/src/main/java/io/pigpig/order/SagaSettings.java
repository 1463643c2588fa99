package io.pigpig.order;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Knobs of what follows the placement: payment, print file, shipping. */
public record SagaSettings(
    @Setting(
            about = "The most sagas that one event loop works on at a time.",
            byDefault = "64",
            min = 1,
            max = 10_000)
        int inFlightMax,
    @Setting(
            about = "The most payments that customers of one event loop wait for at a time.",
            byDefault = "1024",
            min = 1,
            max = 100_000)
        int paymentsMax,
    @Setting(
            about = "How often sagas whose step is due are looked for.",
            byDefault = "200ms",
            min = 10,
            max = 60_000)
        Duration poll,
    @Setting(
            about = "The longest that one step may take; then its outcome is unknown.",
            byDefault = "5s",
            min = 50,
            max = 60_000)
        Duration stepTimeout,
    @Setting(
            about =
                "How long a worker holds a saga, at least one and a half times step-timeout: longer"
                    + " than a step and its write-back take.",
            byDefault = "15s",
            min = 200,
            max = 600_000)
        Duration lease,
    @Setting(
            about = "The first pause before a failed step is tried again; it doubles.",
            byDefault = "100ms",
            min = 1,
            max = 600_000)
        Duration retryFirst,
    @Setting(
            about = "The longest pause before a failed step is tried again.",
            byDefault = "30s",
            min = 1,
            max = 3_600_000)
        Duration retryMax,
    @Setting(
            about =
                "Failed attempts after which printing or shipping is given up and taken back, half"
                    + " an hour by default. A compensation goes on for ever.",
            byDefault = "120",
            min = 1,
            max = 1000)
        int attemptsMax,
    @Setting(
            about = "Failed attempts after which a compensation is shown as parked.",
            byDefault = "12",
            min = 1,
            max = 1000)
        int parkedAfter,
    @Setting(
            about =
                "The most orders of peers' callbacks that one event loop gathers until the next"
                    + " poll.",
            byDefault = "1024",
            min = 1,
            max = 10_000)
        int hintsMax) {

  public SagaSettings {
    // What is left of the lease after a step that took its time is for the failure's write-back.
    Duration least = stepTimeout.multipliedBy(3).dividedBy(2);
    if (lease.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "saga.lease "
              + lease
              + " must be at least one and a half times saga.step-timeout: "
              + least);
    }
    if (retryMax.compareTo(retryFirst) < 0) {
      throw new IllegalArgumentException(
          "saga.retry-max " + retryMax + " is shorter than saga.retry-first " + retryFirst);
    }
  }
}
