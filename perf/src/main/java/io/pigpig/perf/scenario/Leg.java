package io.pigpig.perf.scenario;

import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.report.Measure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One load on the stack, what is done to it meanwhile, and what it is to reach. */
public record Leg(
    @Key(about = "names it in reports") String name,
    @Key(about = "what can be bought, anew in every round") Stock stock,
    @Key(
            about =
                "open: by the schedule, whatever comes back; closed: each connection sends when it"
                    + " has its answer, and phases give only the time",
            byDefault = "open")
        LoadPlan.Mode mode,
    @Key(about = "how the stack is spoken to") Connect connect,
    @Key(about = "when a request is given up") Bounds bounds,
    @Key(about = "what requests ask for; orders alone when it is empty") List<MixPart> mix,
    @Key(about = "one phase after the other, at least one") List<Phase> schedule,
    @Key(about = "what is done to the stack meanwhile") List<Strike> faults,
    @Key(
            about =
                "connections beside the load that waste the server's time, opened anew when they"
                    + " are cut off")
        SlowClients slowClients,
    @Key(about = "what is to be reached; a run that misses one says so and has not failed")
        List<Goal> goals) {

  /** What can be bought. */
  public record Stock(
      @Key(about = "so many of the catalog's SKUs, taken in turn", byDefault = "150") int skus,
      @Key(about = "units of each", byDefault = "10000000") int units) {
    public Stock {
      Bounded.check("skus", skus, 1, 150);
      Bounded.check("units", units, 0, 500_000_000);
    }
  }

  /** How the stack is spoken to. */
  public record Connect(
      @Key(about = "http1 or grpc", byDefault = "http1") LoadPlan.Protocol protocol,
      @Key(about = "opened before the first request", byDefault = "64") int connections,
      @Key(
              about = "requests after which a connection is closed and opened anew; 0 keeps it",
              byDefault = "0")
          int requestsEach) {
    public Connect {
      Bounded.check("connections", connections, 1, 10_000);
      if (protocol != LoadPlan.Protocol.HTTP1 && protocol != LoadPlan.Protocol.GRPC) {
        throw new IllegalArgumentException("a stack speaks http1 and grpc alone");
      }
    }
  }

  /** When a request is given up. */
  public record Bounds(
      @Key(
              about =
                  "requests that wait for an answer or a connection; one more is not sent and has"
                      + " failed",
              byDefault = "20000")
          int inFlightMax,
      @Key(about = "after which a request has failed", byDefault = "5s") Duration timeout,
      @Key(
              about = "how often a request that was refused for now is sent again, with its key",
              byDefault = "0")
          int retriesMax,
      @Key(about = "before it is", byDefault = "100ms") Duration retryPause) {}

  /** How many waste the server's time in each way. */
  public record SlowClients(
      @Key(about = "so many send their head byte by byte", byDefault = "0") int header,
      @Key(about = "so many send their body byte by byte", byDefault = "0") int body,
      @Key(about = "so many ask on and on and read nothing", byDefault = "0") int reader) {
    public SlowClients {
      Bounded.check("header", header, 0, 10_000);
      Bounded.check("body", body, 0, 10_000);
      Bounded.check("reader", reader, 0, 10_000);
    }
  }

  public Leg {
    mix = mix.isEmpty() ? List.of(MixPart.ORDERS) : List.copyOf(mix);
    schedule = List.copyOf(schedule);
    faults = List.copyOf(faults);
    goals = List.copyOf(goals);
    if (schedule.isEmpty()) {
      throw new IllegalArgumentException("schedule has no phase");
    }
  }

  public boolean placesOrders() {
    return mix.stream()
        .map(MixPart::kind)
        .anyMatch(kind -> kind == LoadPlan.Kind.ORDER || kind == LoadPlan.Kind.ORDER_BATCH);
  }

  /** Whether a rate or a goal is a part of what the stack takes at most. */
  public boolean needsCapacity() {
    return schedule.stream().anyMatch(Phase::needsCapacity) || hasGoal(Measure.GOODPUT);
  }

  boolean isNotHttp1() {
    return connect.protocol() != LoadPlan.Protocol.HTTP1;
  }

  boolean hasGoal(Measure... any) {
    return goals.stream().anyMatch(goal -> List.of(any).contains(goal.figure()));
  }

  /** Recorded arrivals not counted. */
  public double seconds() {
    return schedule.stream().mapToDouble(phase -> Durations.seconds(phase.lasts())).sum();
  }

  /** The same load in another length, and what is done meanwhile with it. */
  Leg lasting(Duration length) {
    double factor = Durations.seconds(length) / seconds();
    List<Phase> phases = schedule.stream().map(phase -> phase.stretched(factor)).toList();
    List<Strike> strikes = faults.stream().map(fault -> fault.stretched(factor)).toList();
    return with(stock, connect, phases, strikes);
  }

  Leg on(int connections) {
    Connect changed = new Connect(connect.protocol(), connections, connect.requestsEach());
    return with(stock, changed, schedule, faults);
  }

  Leg selling(int skus) {
    return with(new Stock(skus, stock.units()), connect, schedule, faults);
  }

  private Leg with(Stock sold, Connect spoken, List<Phase> phases, List<Strike> strikes) {
    return new Leg(name, sold, mode, spoken, bounds, mix, phases, strikes, slowClients, goals);
  }

  /**
   * When requests leave.
   *
   * @param capacity requests a second that the stack takes at most; 0 where no rate asks for it
   * @param folder of the scenario's file
   */
  public LoadPlan.Pace pace(double capacity, Path folder) {
    return new LoadPlan.Pace(
        mode,
        schedule.stream().flatMap(phase -> phase.planned(capacity, folder).stream()).toList());
  }

  public LoadPlan.Target target(String host, int port) {
    return new LoadPlan.Target(
        connect.protocol(), host, port, connect.connections(), connect.requestsEach());
  }

  public LoadPlan.Bounds planned() {
    return new LoadPlan.Bounds(
        bounds.inFlightMax(),
        Math.toIntExact(bounds.timeout().toMillis()),
        bounds.retriesMax(),
        Math.toIntExact(bounds.retryPause().toMillis()));
  }

  public List<LoadPlan.Share> shares() {
    return mix.stream().map(MixPart::planned).toList();
  }
}
