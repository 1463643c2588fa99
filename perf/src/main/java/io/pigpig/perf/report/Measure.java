package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.Sense;
import java.util.Locale;

/** What a goal can be set for, each with whether more of it is better. */
public enum Measure {
  ORDERS("orders/s", Sense.AT_LEAST, "Durable orders a second of the schedule."),
  PEAK("orders/s", Sense.AT_LEAST, "Accepted orders of the best second."),
  READS("/s", Sense.AT_LEAST, "Accepted requests a second that are no orders."),
  REFUSALS("/s", Sense.AT_LEAST, "Refusals a second; they are no orders."),
  GOODPUT("", Sense.AT_LEAST, "Accepted orders a second as a part of capacity."),
  FAILED("%", Sense.AT_MOST, "Requests that failed, of all that ended."),
  GAP("s", Sense.AT_MOST, "The most seconds in a row without an accepted order."),
  P50("us", Sense.AT_MOST, "From the intended time of sending to a yes, the median."),
  P99("us", Sense.AT_MOST, "The same, 99 of 100."),
  P999("us", Sense.AT_MOST, "The same, 999 of 1000."),
  REFUSED_P99("us", Sense.AT_MOST, "From the intended time of sending to a no, 99 of 100."),
  LATENESS_P99("us", Sense.AT_MOST, "What the generator itself was late, 99 of 100."),
  CPU("us", Sense.AT_MOST, "CPU of JVMs, Postgres and Redis, user and system, an order."),
  CORES("cores", Sense.AT_MOST, "That CPU for 120000 durable orders a second."),
  SYSCALLS("", Sense.AT_MOST, "System calls of the same processes an order."),
  ALLOCATED("B", Sense.AT_MOST, "Allocated by the JVMs an order."),
  WAL("B", Sense.AT_MOST, "Written to Postgres' log an order."),
  FSYNCS("", Sense.AT_MOST, "Flushes of Postgres' log an order."),
  REDIS_SCRIPTS("", Sense.AT_MOST, "Scripts that Redis was called with an order."),
  GC("%", Sense.AT_MOST, "The part of the time in which a collector stopped a JVM."),
  MEMORY_GROWTH(
      "", Sense.AT_MOST, "Resident memory in the last fifth, relative to the second fifth."),
  ORDERS_RATIO(
      "",
      Sense.AT_LEAST,
      "Orders, relative to the bare path, or else to the last leg, in the same round: the median."),
  CPU_RATIO(
      "",
      Sense.AT_MOST,
      "CPU an order, relative to the bare path, or else to the last leg, by rounds as above."),
  ORDERS_GAINED(
      "",
      Sense.AT_LEAST,
      "Orders, relative to the side that is switched back, by rounds as above."),
  CPU_SAVED("", Sense.AT_LEAST, "CPU an order of that side, relative to what it is here."),
  LATENCY_SAVED("", Sense.AT_LEAST, "p50 of that side, relative to what it is here.");

  private final String unit;
  private final Sense sense;
  private final String about;

  Measure(String unit, Sense sense, String about) {
    this.unit = unit;
    this.sense = sense;
    this.about = about;
  }

  public String unit() {
    return unit;
  }

  public Sense sense() {
    return sense;
  }

  public String about() {
    return about;
  }

  /** As scenarios and reports write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
