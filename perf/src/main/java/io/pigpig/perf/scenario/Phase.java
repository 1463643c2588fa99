package io.pigpig.perf.scenario;

import io.pigpig.perf.load.LoadPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A part of a leg's schedule. */
public record Phase(
    @Key(about = "constant, ramp, spike or replay", byDefault = "constant") Kind kind,
    @Key(about = "how long; of recorded arrivals 0s, for as long as they take", byDefault = "0s")
        Duration lasts,
    @Key(
            about = "requests a second, or a percentage of capacity; of ramp and spike, at first",
            byDefault = "0")
        Rate rate,
    @Key(
            about =
                "the rate at the end of a ramp, or at the top of a spike, which climbs for a"
                    + " quarter of its time, stays for half of it, and falls back",
            byDefault = "0")
        Rate to,
    @Key(
            about =
                "recorded arrivals of replay: nanoseconds since the phase began, one a line;"
                    + " beside the scenario",
            byDefault = "")
        String file) {

  /** How the rate goes. */
  public enum Kind {
    CONSTANT,
    RAMP,
    SPIKE,
    REPLAY
  }

  public Phase {
    boolean replay = kind == Kind.REPLAY;
    if (replay == file.isEmpty() || replay != lasts.isZero()) {
      throw new IllegalArgumentException(
          "replay has a file and no time, every other phase a time and no file: " + kind);
    }
    if ((kind == Kind.CONSTANT || replay) && to.value() != 0) {
      throw new IllegalArgumentException("only a ramp and a spike go to another rate, not " + kind);
    }
  }

  boolean needsCapacity() {
    return rate.needsCapacity() || to.needsCapacity();
  }

  /** The same, {@code factor} times as long; recorded arrivals stay as they are. */
  Phase stretched(double factor) {
    return new Phase(kind, Durations.times(lasts, factor), rate, to, file);
  }

  /**
   * What a generator is told of it.
   *
   * @param capacity requests a second that the stack takes at most; 0 where no rate asks for it
   * @param folder of the scenario's file
   */
  List<LoadPlan.Phase> planned(double capacity, Path folder) {
    double seconds = Durations.seconds(lasts);
    double low = rate.perSecond(capacity);
    double high = to.perSecond(capacity);
    return switch (kind) {
      case CONSTANT -> List.of(new LoadPlan.Phase(seconds, low, low, ""));
      case RAMP -> List.of(new LoadPlan.Phase(seconds, low, high, ""));
      case SPIKE ->
          List.of(
              new LoadPlan.Phase(seconds / 4, low, high, ""),
              new LoadPlan.Phase(seconds / 2, high, high, ""),
              new LoadPlan.Phase(seconds / 4, high, low, ""));
      case REPLAY -> List.of(new LoadPlan.Phase(0, 0, 0, folder.resolve(file).toString()));
    };
  }
}
