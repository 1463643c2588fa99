package io.pigpig.runtime.redis;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Deadlines of the connections to Redis. */
public record RedisLinkSettings(
    @Setting(
            about = "Longest wait for a connection to Redis.",
            byDefault = "1s",
            min = 50,
            max = 60_000)
        Duration connectTimeout,
    @Setting(
            about = "Longest wait for the answer to one command; then the connection is dropped.",
            byDefault = "500ms",
            min = 10,
            max = 60_000)
        Duration answerTimeout) {}
