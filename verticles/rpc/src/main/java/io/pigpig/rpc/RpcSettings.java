package io.pigpig.rpc;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** How gRPC is served and asked. */
public record RpcSettings(
    @Setting(about = "Address that gRPC listens on.", byDefault = "127.0.0.1") String host,
    @Setting(
            about = "Port of gRPC in clear text HTTP/2; 0 takes a free one.",
            byDefault = "9090",
            min = 0,
            max = 65_535)
        int port,
    @Setting(
            about =
                "Whether other processes may listen on the same port (SO_REUSEPORT), so that one"
                    + " serves while another is replaced.",
            byDefault = "off")
        boolean portShared,
    @Setting(
            about = "The longest message that is taken, in bytes.",
            byDefault = "3145728",
            min = 1_024,
            max = 16_777_216)
        int messageMax,
    @Setting(
            about = "The most calls of one event loop that are under way, streams included.",
            byDefault = "4096",
            min = 1,
            max = 1_000_000)
        int callsMax,
    @Setting(
            about = "How long a call may take whose caller does not say.",
            byDefault = "5s",
            min = 1,
            max = 600_000)
        Duration callTimeout,
    @Setting(
            about =
                "The longest that a caller may ask a call to take; streams of batches are free.",
            byDefault = "60s",
            min = 1,
            max = 3_600_000)
        Duration callTimeoutMax,
    @Setting(
            about =
                "How many of calls-max may be calls without a deadline: streams that follow"
                    + " something, and streams of questions.",
            byDefault = "1024",
            min = 1,
            max = 1_000_000)
        int lastingMax,
    @Setting(
            about = "How many calls without a deadline one caller may have under way.",
            byDefault = "100",
            min = 1,
            max = 1_000_000)
        int lastingOfCallerMax,
    @Setting(
            about = "The longest that a call without a deadline lasts; its caller asks again then.",
            byDefault = "15m",
            min = 100,
            max = 86_400_000)
        Duration lastingFor,
    @Setting(
            about = "From the head of a call without a deadline to its first message.",
            byDefault = "5s",
            min = 10,
            max = 600_000)
        Duration firstMessageTimeout,
    @Setting(
            about =
                "Calls a second that one caller may make; operators are free, since processes of"
                    + " this stack are operators to each other.",
            byDefault = "100000",
            min = 1,
            max = 10_000_000)
        int callerRate,
    @Setting(
            about = "Calls that one caller may make at once after a pause.",
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
            about = "The most connections of one event loop; one more is closed at once.",
            byDefault = "10000",
            min = 1,
            max = 1_000_000)
        int connectionsMax,
    @Setting(
            about = "After how long a connection without a call is closed.",
            byDefault = "60s",
            min = 1_000,
            max = 3_600_000)
        Duration idleTimeout,
    @Setting(
            about = "The most calls of one connection that are under way.",
            byDefault = "1024",
            min = 2,
            max = 1_000_000)
        int streamsMax,
    @Setting(
            about =
                "How many calls a connection may give up in 30 s before it is closed as an attack"
                    + " (rapid reset); more where only processes of this stack can connect.",
            byDefault = "200",
            min = 1,
            max = 1_000_000)
        int resetsMax,
    @Setting(
            about =
                "The most calls that one event loop has under way at one service of another role;"
                    + " less than streams-max there.",
            byDefault = "1000",
            min = 1,
            max = 1_000_000)
        int callsOutMax,
    @Setting(
            about = "The longest wait for a connection to another process.",
            byDefault = "2s",
            min = 10,
            max = 60_000)
        Duration connectTimeout,
    @Setting(
            about =
                "How often a process that owes answers is asked for a sign of life (HTTP/2 ping).",
            byDefault = "500ms",
            min = 10,
            max = 60_000)
        Duration pingEvery,
    @Setting(
            about =
                "How long a sign of life may take, a ping's answer or any other; a process that"
                    + " gives none is left, and asked again after a while.",
            byDefault = "1500ms",
            min = 10,
            max = 60_000)
        Duration pingTimeout,
    @Setting(
            about = "How long a stream that follows an order waits before it looks again.",
            byDefault = "500ms",
            min = 10,
            max = 60_000)
        Duration watchEvery,
    @Setting(
            about = "The most batches of orders that one stream has under way.",
            byDefault = "4",
            min = 1,
            max = 64)
        int batchesInFlight,
    @Setting(
            about =
                "After how long a stream of batches is opened anew, at another instance perhaps.",
            byDefault = "30s",
            min = 100,
            max = 3_600_000)
        Duration streamFor,
    @Setting(
            about =
                "How long a stream of batches may owe answers without giving any; then its batches"
                    + " are asked of another instance.",
            byDefault = "2s",
            min = 10,
            max = 60_000)
        Duration streamSilence,
    @Setting(
            about =
                "Over the bus of a process: how many answers of a call are made before its caller"
                    + " has taken any.",
            byDefault = "256",
            min = 1,
            max = 65_536)
        int answersAhead) {

  public RpcSettings {
    if (callTimeout.compareTo(callTimeoutMax) > 0) {
      throw new IllegalArgumentException(
          "call-timeout " + callTimeout + " is more than call-timeout-max " + callTimeoutMax);
    }
    if (lastingMax > callsMax) {
      throw new IllegalArgumentException(
          "lasting-max " + lastingMax + " is more than calls-max " + callsMax);
    }
    if (callsOutMax >= streamsMax) {
      throw new IllegalArgumentException(
          "calls-out-max " + callsOutMax + " must be less than streams-max " + streamsMax);
    }
  }
}
