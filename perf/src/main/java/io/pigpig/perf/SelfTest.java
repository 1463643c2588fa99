package io.pigpig.perf;

import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadPlan.Bounds;
import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Mode;
import io.pigpig.perf.load.LoadPlan.Pace;
import io.pigpig.perf.load.LoadPlan.Phase;
import io.pigpig.perf.load.LoadPlan.Protocol;
import io.pigpig.perf.load.LoadPlan.Requests;
import io.pigpig.perf.load.LoadPlan.Share;
import io.pigpig.perf.load.LoadPlan.Target;
import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whether the load generator can be believed: it keeps its schedule ({@code --rate 10000 --seconds
 * 10}), it tells a stall of the server to everyone who would have come meanwhile, and it costs so
 * much CPU a request. The generator is a process of its own; the server is this one.
 */
final class SelfTest implements Scenario {

  private static final int CONNECTIONS = 64;
  private static final int STALLED_SECONDS = 5;
  private static final int STALLED_PER_SECOND = 1_000;
  private static final long STALLED_FROM = 2L * STALLED_PER_SECOND;
  private static final Bounds BOUNDS = new Bounds(100_000, 10_000, 0, 0);

  /** The findings have the whole of every load. */
  private static final GeneratorProcess.Progress LOOKING_AWAY = (second, generator) -> {};

  /** What a server is loaded with, and the request with which it stalls. */
  private record Load(String run, Protocol protocol, Kind kind, Pace pace, long stallFrom) {

    LoadPlan plan(int port) {
      String path = kind == Kind.GET ? "/" : "";
      Requests requests =
          new Requests(
              List.of(new Share(run, kind, 1, path, 1)),
              List.of("a-token"),
              List.of("TEE-1", "TEE-2", "TEE-3"),
              1);
      return new LoadPlan(
          run,
          new Target(protocol, GeneratorProcess.HOST, port, CONNECTIONS, 0),
          pace,
          BOUNDS,
          requests,
          "");
    }
  }

  @Override
  public String about() {
    return "Can the load generator be believed, and what does it cost?";
  }

  @Override
  public Set<String> options() {
    return Set.of("rate", "seconds");
  }

  @Override
  public Report run(Setup setup) throws Exception {
    int seconds = setup.options().number("seconds", 10);
    List<Load> loads = loads(seconds, setup.options().number("rate", 10_000));
    List<LoadResult> results = new ArrayList<>();
    for (Load load : loads) {
      setup.progress(load.run());
      results.add(result(load));
    }
    SelfTestFindings findings = new SelfTestFindings();
    findings.schedule(seconds, results.get(0));
    findings.stalled(results.get(1), results.get(2));
    for (int i = 3; i < loads.size(); i++) {
      findings.closed(loads.get(i).run(), seconds, results.get(i));
    }
    return findings.report(setup.where());
  }

  private static List<Load> loads(int seconds, int perSecond) {
    try {
      return loads(pace(Mode.OPEN, seconds, perSecond), pace(Mode.CLOSED, seconds, 0));
    } catch (IllegalArgumentException e) {
      throw WrongCommandException.because(e);
    }
  }

  private static List<Load> loads(Pace schedule, Pace fast) {
    Pace slow = pace(Mode.OPEN, STALLED_SECONDS, STALLED_PER_SECOND);
    Pace patient = pace(Mode.CLOSED, STALLED_SECONDS, 0);
    long never = StallingServer.NEVER;
    return List.of(
        new Load("schedule", Protocol.HTTP1, Kind.ORDER, schedule, never),
        new Load("stalled-open", Protocol.HTTP1, Kind.ORDER, slow, STALLED_FROM),
        new Load("stalled-closed", Protocol.HTTP1, Kind.ORDER, patient, STALLED_FROM),
        new Load("http1-get", Protocol.HTTP1, Kind.GET, fast, never),
        new Load("http1-order", Protocol.HTTP1, Kind.ORDER, fast, never),
        new Load("h2c-order", Protocol.H2C, Kind.ORDER, fast, never));
  }

  /** In a closed loop the rate is of no meaning. */
  private static Pace pace(Mode mode, int seconds, int perSecond) {
    return new Pace(mode, List.of(new Phase(seconds, perSecond, perSecond, "")));
  }

  private static LoadResult result(Load load) throws Exception {
    try (StallingServer server = new StallingServer(load.stallFrom());
        TempFolder folder = TempFolder.create();
        GeneratorProcess generator =
            GeneratorProcess.start(load.plan(server.port()), folder.path(), LOOKING_AWAY)) {
      return generator.await();
    }
  }
}
