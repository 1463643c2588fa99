package io.pigpig.edge.http;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Knobs of the HTTP edge. */
public record ServerSettings(
    @Setting(about = "Address the HTTP edge listens on.", byDefault = "127.0.0.1") String host,
    @Setting(
            about = "TCP port of the HTTP edge; 0 picks a free one.",
            byDefault = "8080",
            min = 0,
            max = 65535)
        int port,
    @Setting(
            about =
                "Whether other processes may listen on the same port (SO_REUSEPORT), so that one"
                    + " serves while another is replaced.",
            byDefault = "off")
        boolean portShared,
    @Setting(
            about = "Event loops that serve requests, each with its own connections to the stores.",
            byDefault = "1",
            min = 1,
            max = 256)
        int eventLoops,
    @Setting(
            about = "The most connections of one event loop; one more is closed at once.",
            byDefault = "10000",
            min = 1,
            max = 1_000_000)
        int connectionsMax,
    @Setting(
            about = "From the accept of a connection to its first complete request head.",
            byDefault = "10s",
            min = 100,
            max = 600_000)
        Duration headerTimeout,
    @Setting(
            about = "From the end of a response to the next complete request head.",
            byDefault = "60s",
            min = 100,
            max = 3_600_000)
        Duration keepAlive,
    @Setting(
            about = "From a request's head to the end of its body.",
            byDefault = "15s",
            min = 100,
            max = 600_000)
        Duration bodyTimeout,
    @Setting(
            about = "How long a client may take no byte of its answer before it is cut off.",
            byDefault = "30s",
            min = 100,
            max = 600_000)
        Duration writeTimeout,
    @Setting(
            about = "How long an order's caller waits before it is told OUTCOME_UNKNOWN.",
            byDefault = "5s",
            min = 100,
            max = 20_000)
        Duration orderTimeout,
    @Setting(
            about =
                "The most orders that one event loop works on at a time; fewer while they take"
                    + " longer than order-wait-max.",
            byDefault = "4096",
            min = 1,
            max = 1_000_000)
        int ordersInFlightMax,
    @Setting(
            about =
                "How long an order waits in an overload, about: more than are answered in this time"
                    + " are refused with OVERLOADED.",
            byDefault = "1s",
            min = 10,
            max = 20_000)
        Duration orderWaitMax,
    @Setting(
            about =
                "Requests a second that one caller may make; a guard against one runaway client.",
            byDefault = "100000",
            min = 1,
            max = 10_000_000)
        int callerRate,
    @Setting(
            about = "Requests that one caller may make at once after a pause.",
            byDefault = "100000",
            min = 1,
            max = 10_000_000)
        int callerBurst,
    @Setting(
            about = "The most callers whose rate one event loop remembers.",
            byDefault = "100000",
            min = 1,
            max = 10_000_000)
        int callersMax,
    @Setting(
            about = "The most event streams (SSE) of one event loop.",
            byDefault = "1000",
            min = 1,
            max = 1_000_000)
        int streamsMax,
    @Setting(
            about = "The longest an event stream stays open; the client resumes by Last-Event-ID.",
            byDefault = "15m",
            min = 1_000,
            max = 86_400_000)
        Duration streamLifetime,
    @Setting(
            about = "How often event streams look for news.",
            byDefault = "250ms",
            min = 20,
            max = 60_000)
        Duration streamPoll) {}
