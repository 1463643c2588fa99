package io.pigpig.discovery;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** When an instance of another role is left out, and for how long. */
public record BalancerSettings(
    @Setting(
            about = "Failures in a row after which an instance of another role is left out.",
            byDefault = "5",
            min = 1,
            max = 1_000)
        int failures,
    @Setting(
            about = "How long it is left out; each time it fails again, so much longer.",
            byDefault = "5s",
            min = 10,
            max = 600_000)
        Duration leftOut,
    @Setting(
            about = "The longest that it is left out, in multiples of left-out.",
            byDefault = "6",
            min = 1,
            max = 100)
        int leftOutTimesMax,
    @Setting(
            about =
                "A request that its caller gives up counts as a failure when there was no answer"
                    + " for so long; sooner it says nothing of the instance.",
            byDefault = "2s",
            min = 10,
            max = 600_000)
        Duration silentAfter) {}
