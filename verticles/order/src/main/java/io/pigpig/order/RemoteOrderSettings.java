package io.pigpig.order;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** How orders of other processes are asked for. */
public record RemoteOrderSettings(
    @Setting(
            about = "The most orders of one event loop that are under way at other processes.",
            byDefault = "4096",
            min = 1,
            max = 1_000_000)
        int inFlightMax,
    @Setting(
            about =
                "The longest pause before an order whose batch was lost is asked for again the"
                    + " first time; doubled each time after, and a random part of it is waited.",
            byDefault = "50ms",
            min = 1,
            max = 10_000)
        Duration retryBase,
    @Setting(
            about = "The longest that such a pause grows to.",
            byDefault = "1s",
            min = 1,
            max = 60_000)
        Duration retryCap,
    @Setting(
            about = "How many of a hundred orders may be asked for again, in the long run.",
            byDefault = "10",
            min = 0,
            max = 100)
        int retryPercent,
    @Setting(
            about =
                "How many orders may be asked for again at once: a stream's whole flight of batches"
                    + " can be lost with its process.",
            byDefault = "1024",
            min = 0,
            max = 1_000_000)
        int retryReserve,
    @Setting(
            about = "The most hints of peers that are on their way; what does not fit comes again.",
            byDefault = "1000",
            min = 1,
            max = 1_000_000)
        int hintsMax,
    @Setting(
            about = "The longest that an audit elsewhere may take; at most grpc.call-timeout-max.",
            byDefault = "60s",
            min = 1_000,
            max = 3_600_000)
        Duration auditTimeout) {

  public RemoteOrderSettings {
    if (retryCap.compareTo(retryBase) < 0) {
      throw new IllegalArgumentException(
          "retry-cap " + retryCap + " is less than retry-base " + retryBase);
    }
  }
}
