package io.pigpig.perf.scenario;

import java.time.Duration;

/** What is done to the stack under load. */
public record Strike(
    @Key(about = "the time of the leg at which it is done") Duration at,
    @Key(
            about =
                "kill (-9), stop (SIGSTOP, and SIGCONT after its time), flush (empties redis),"
                    + " or roll (every process of a cluster ends and starts again, one after the"
                    + " other)")
        What what,
    @Key(
            about =
                "of kill and stop: postgres, redis, jvm (stop only), or a process of a cluster"
                    + " such as order-1",
            byDefault = "")
        String part,
    @Key(about = "of stop", byDefault = "0s") Duration lasts) {

  /** A kind of fault. */
  public enum What {
    KILL,
    STOP,
    FLUSH,
    ROLL
  }

  public Strike {
    boolean onPart = what == What.KILL || what == What.STOP;
    if (onPart == part.isEmpty()) {
      throw new IllegalArgumentException("kill and stop need a part, and nothing else: " + part);
    }
    if ((what == What.STOP) == lasts.isZero()) {
      throw new IllegalArgumentException("stop needs its time, and nothing else: " + lasts);
    }
    if (what == What.KILL && part.equals("jvm")) {
      throw new IllegalArgumentException("nobody would start the jvm again; crash --kill jvm does");
    }
  }

  boolean isOfWholeCluster() {
    return what == What.ROLL;
  }

  Strike stretched(double factor) {
    return new Strike(Durations.times(at, factor), what, part, lasts);
  }

  /** As the mark of a report. */
  @Override
  public String toString() {
    return switch (what) {
      case KILL -> "kill -9 of " + part;
      case STOP -> part + " stopped for " + Durations.seconds(lasts) + " s";
      case FLUSH -> "FLUSHALL of redis";
      case ROLL -> "roll of the cluster";
    };
  }
}
