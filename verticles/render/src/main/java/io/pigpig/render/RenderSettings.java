package io.pigpig.render;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** How many previews are drawn at once, wait, and are remembered. */
public record RenderSettings(
    @Setting(about = "Threads that draw.", byDefault = "1", min = 1, max = 64) int workers,
    @Setting(
            about = "Renders that wait for a thread; one more is refused with OVERLOADED.",
            byDefault = "256",
            min = 1,
            max = 65536)
        int queue,
    @Setting(
            about = "Bytes of finished previews kept in memory.",
            byDefault = "67108864",
            min = 0,
            max = 4294967296L)
        long cacheBytes,
    @Setting(
            about =
                "Longest time of one render, waiting included; of a print file, without the wait.",
            byDefault = "5s",
            min = 10,
            max = 60000)
        Duration deadline,
    @Setting(
            about = "Longest time the renders under way get at shutdown.",
            byDefault = "5s",
            min = 0,
            max = 60000)
        Duration drain) {}
