package io.pigpig.perf.report;

import io.pigpig.perf.load.LoadResult;
import java.util.List;
import java.util.Map;

/**
 * Everything that is known of one run of a scenario: what the report shows, and what a comparison
 * reads back from the JSON beside it.
 *
 * @param about the scenario's own sentence on what it asks
 * @param legs what was measured, in the order it ran; interleaved rounds are legs of their own
 * @param figures named results with their goals, in the order they are shown
 * @param violations broken promises, a sentence each; a run with one has failed, however fast
 */
public record RunRecord(
    String scenario,
    String about,
    Where where,
    List<Leg> legs,
    List<Figure> figures,
    List<String> violations) {

  public RunRecord {
    legs = List.copyOf(legs);
    figures = List.copyOf(figures);
    violations = List.copyOf(violations);
  }

  /** Where and when it ran, and of which commit. */
  public record Where(
      String cpuModel, int cores, String kernel, String jdk, String commit, long atEpochMillis) {}

  /**
   * One load on one side.
   *
   * @param side what was loaded, such as {@code role all} or {@code bare path}; legs of one side
   *     are compared as rounds
   * @param round counted from 1 within its side
   * @param load what the generator saw
   * @param cost what it cost, second by second and in all
   * @param marks what was done to the side meanwhile, such as {@code kill -9 of redis}
   */
  public record Leg(String side, int round, LoadResult load, Cost cost, List<Mark> marks) {
    public Leg {
      marks = List.copyOf(marks);
    }
  }

  /** Something that happened at a second of a leg. */
  public record Mark(double second, String what) {}

  /**
   * What a leg cost. Components are the roles gateway, order, stock and render, or {@code jvm} for
   * a process of every role; {@code postgres}, {@code redis}, {@code generator}.
   *
   * @param orders durable orders that the ledger gained, the divisor of every figure an order
   */
  public record Cost(long orders, List<CostInterval> intervals, CostTotals totals) {
    public Cost {
      intervals = List.copyOf(intervals);
    }
  }

  /**
   * One second.
   *
   * @param cpuMicros user and system time by component
   * @param rssBytes resident memory by component
   * @param gcMicros stopped by the collector, by JVM component
   */
  public record CostInterval(
      int second,
      Map<String, Long> cpuMicros,
      Map<String, Long> rssBytes,
      Map<String, Long> gcMicros) {
    public CostInterval {
      cpuMicros = Map.copyOf(cpuMicros);
      rssBytes = Map.copyOf(rssBytes);
      gcMicros = Map.copyOf(gcMicros);
    }
  }

  /**
   * The whole leg.
   *
   * @param cpuMicros by component
   * @param gcMicros stopped by the collector, by JVM component; empty where one of them could not
   *     be asked
   * @param allocatedBytes the same of what they have allocated
   * @param syscalls by component; empty where the kernel does not let them be counted
   * @param commits of Postgres
   * @param fsyncs of Postgres' log
   * @param walBytes written to Postgres' log
   * @param redisScripts that Redis was called with; NaN of a side that does not call it by them
   */
  public record CostTotals(
      Map<String, Long> cpuMicros,
      Map<String, Long> gcMicros,
      Map<String, Long> allocatedBytes,
      Map<String, Long> syscalls,
      long commits,
      long fsyncs,
      long walBytes,
      double redisScripts) {
    public CostTotals {
      cpuMicros = Map.copyOf(cpuMicros);
      gcMicros = Map.copyOf(gcMicros);
      allocatedBytes = Map.copyOf(allocatedBytes);
      syscalls = Map.copyOf(syscalls);
    }
  }

  /** Whether a goal asks for at least or at most its value. */
  public enum Sense {
    AT_LEAST,
    AT_MOST
  }

  /**
   * A result with its goal.
   *
   * @param unit such as {@code us}, {@code orders/s}; empty for a ratio
   * @param goal NaN when there is none
   */
  public record Figure(String name, double value, String unit, Sense sense, double goal) {

    /** Whether there is a value: one that could not be measured has reached and missed nothing. */
    public boolean measured() {
      return !Double.isNaN(value);
    }

    /** Whether the goal is reached, or there is none. */
    public boolean reached() {
      return Double.isNaN(goal) || (sense == Sense.AT_LEAST ? value >= goal : value <= goal);
    }
  }

  public boolean ok() {
    return violations.isEmpty();
  }
}
