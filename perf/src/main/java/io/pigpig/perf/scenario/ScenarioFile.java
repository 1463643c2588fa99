package io.pigpig.perf.scenario;

import static io.pigpig.perf.report.Measure.CPU_RATIO;
import static io.pigpig.perf.report.Measure.CPU_SAVED;
import static io.pigpig.perf.report.Measure.LATENCY_SAVED;
import static io.pigpig.perf.report.Measure.ORDERS_GAINED;
import static io.pigpig.perf.report.Measure.ORDERS_RATIO;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A load scenario as its file says it. */
public record ScenarioFile(
    @Key(about = "the question it answers, in one sentence") String about,
    @Key(about = "what is started") Stack stack,
    @Key(about = "with a token each, taken in turn", byDefault = "64") int customers,
    @Key(about = "a closed load of orders before everything else") Saturation saturation,
    @Key(
            about =
                "what the stack is compared with in turn: nothing, or bare-path, the least that a"
                    + " durable order costs",
            byDefault = "nothing")
        Against against,
    @Key(
            about =
                "techniques of the stack that one side more has switched back to what they took the"
                    + " place of, by their names in origins.md, or all of them")
        List<String> switchedBack,
    @Key(about = "how often every leg runs on every side", byDefault = "1") int rounds,
    @Key(about = "one after the other; with two or more, the first is compared with the last")
        List<Leg> legs) {

  /** The stack's shape and settings. */
  public record Stack(
      @Key(
              about = "a process of every role instead of one of all, so many of role order",
              byDefault = "0")
          int cluster,
      @Key(about = "of a cluster", byDefault = "1") int gateways,
      @Key(about = "settings of ./edge up by their full names") Map<String, String> flags,
      @Key(about = "more flags of the JVM; not of a cluster, which has its own") List<String> jvm) {
    public Stack {
      Bounded.check("cluster", cluster, 0, 16);
      Bounded.check("gateways", gateways, 1, 16);
      flags = Map.copyOf(flags);
      jvm = List.copyOf(jvm);
      if (cluster == 0 && gateways > 1) {
        throw new IllegalArgumentException("only a cluster has " + gateways + " gateways");
      }
      if (cluster > 0 && !jvm.isEmpty()) {
        throw new IllegalArgumentException("a cluster has its own JVM flags, not " + jvm);
      }
    }
  }

  /** Makes the stack warm, and finds out what it takes at most. */
  public record Saturation(
      @Key(about = "each sends when it has its answer", byDefault = "64") int connections,
      @Key(
              about =
                  "before anything counts, at most: until the CPU an order of two slices of 5 s"
                      + " that follow each other differs by less than 5 %",
              byDefault = "40s")
          Duration warmUp,
      @Key(
              about =
                  "after it: the orders a second of this time are the capacity of percentages; 0s"
                      + " where there are none",
              byDefault = "0s")
          Duration measure) {
    public Saturation {
      Bounded.check("connections", connections, 1, 10_000);
      if (warmUp.toMillisPart() != 0 || measure.toMillisPart() != 0) {
        throw new IllegalArgumentException("warm-up and measure are whole seconds");
      }
    }
  }

  /** The other side. */
  public enum Against {
    NOTHING,
    BARE_PATH
  }

  public ScenarioFile {
    legs = List.copyOf(legs);
    switchedBack = List.copyOf(switchedBack);
    Bounded.check("customers", customers, 1, 100_000);
    Bounded.check("rounds", rounds, 1, 1_000);
    if (about.isBlank() || legs.isEmpty()) {
      throw new IllegalArgumentException("a scenario says what it asks and has at least one leg");
    }
    if (legs.stream().map(Leg::name).distinct().count() != legs.size()) {
      throw new IllegalArgumentException("two legs have one name");
    }
    boolean rolls =
        legs.stream().flatMap(leg -> leg.faults().stream()).anyMatch(Strike::isOfWholeCluster);
    boolean struck = legs.stream().anyMatch(leg -> !leg.faults().isEmpty());
    if (struck && against == Against.BARE_PATH) {
      throw new IllegalArgumentException("against a bare path there are no faults");
    }
    if (rolls && (stack.cluster() != 2 || stack.gateways() != 2)) {
      throw new IllegalArgumentException("a roll is of stack: {cluster: 2, gateways: 2}");
    }
    if (saturation.measure().isZero() && legs.stream().anyMatch(Leg::needsCapacity)) {
      throw new IllegalArgumentException(
          "a rate in %, and goodput, is a part of capacity and needs saturation.measure");
    }
    boolean bare = against == Against.BARE_PATH;
    if (bare && legs.stream().anyMatch(Leg::isNotHttp1)) {
      throw new IllegalArgumentException("the bare path speaks http1 alone");
    }
    for (Leg leg : legs) {
      if (!bare && leg.equals(legs.getLast()) && leg.hasGoal(ORDERS_RATIO, CPU_RATIO)) {
        throw new IllegalArgumentException(
            "a ratio needs against: bare-path, or a leg after " + leg.name());
      }
      if (switchedBack.isEmpty() && leg.hasGoal(ORDERS_GAINED, CPU_SAVED, LATENCY_SAVED)) {
        throw new IllegalArgumentException("what is gained or saved needs switched-back");
      }
    }
  }

  /** The same with every leg in another length. */
  public ScenarioFile lasting(Duration length) {
    return with(rounds, leg -> leg.lasting(length));
  }

  /** The same with every leg on so many connections. */
  public ScenarioFile on(int connections) {
    return with(rounds, leg -> leg.on(connections));
  }

  /**
   * The same with so many SKUs for sale. Throws IllegalArgumentException where they are what legs
   * differ in.
   */
  public ScenarioFile selling(int skus) {
    if (legs.stream().map(leg -> leg.stock().skus()).distinct().count() > 1) {
      throw new IllegalArgumentException("the legs differ in their SKUs, which is what they ask");
    }
    return with(rounds, leg -> leg.selling(skus));
  }

  /** The same so often. */
  public ScenarioFile repeated(int times) {
    return with(times, leg -> leg);
  }

  private ScenarioFile with(int times, UnaryOperator<Leg> change) {
    return new ScenarioFile(
        about,
        stack,
        customers,
        saturation,
        against,
        switchedBack,
        times,
        legs.stream().map(change).toList());
  }
}
