package io.pigpig.perf.load;

import io.pigpig.perf.load.LoadPlan.Bounds;
import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Mode;
import io.pigpig.perf.load.LoadPlan.Pace;
import io.pigpig.perf.load.LoadPlan.Phase;
import io.pigpig.perf.load.LoadPlan.Protocol;
import io.pigpig.perf.load.LoadPlan.Requests;
import io.pigpig.perf.load.LoadPlan.Share;
import io.pigpig.perf.load.LoadPlan.Target;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A plan of which a test says only what it is about, and the way to its result. */
record Plans(LoadPlan plan) {

  private static final Bounds ENOUGH = new Bounds(100_000, 20_000, 0, 0);

  /** Orders over four connections, each as soon as the one before is answered, for 1 s. */
  static Plans to(int port) {
    return new Plans(
        new LoadPlan(
            "test",
            new Target(Protocol.HTTP1, "127.0.0.1", port, 4, 0),
            new Pace(Mode.CLOSED, List.of(new Phase(1, 0, 0, ""))),
            ENOUGH,
            new Requests(
                List.of(share("order", Kind.ORDER)),
                List.of("token-1", "token-2"),
                List.of("TEE-1", "TEE-2", "TEE-3"),
                7),
            ""));
  }

  static Share share(String name, Kind kind) {
    return new Share(name, kind, 1, "", 1);
  }

  /** By a schedule instead. */
  Plans open(double seconds, double perSecond) {
    Phase phase = new Phase(seconds, perSecond, perSecond, "");
    return with(new Pace(Mode.OPEN, List.of(phase)), plan.bounds(), plan.historyFile());
  }

  Plans replay(Path arrivals) {
    Phase recorded = new Phase(0, 0, 0, arrivals.toString());
    return with(new Pace(Mode.OPEN, List.of(recorded)), plan.bounds(), plan.historyFile());
  }

  Plans closed(double seconds) {
    Pace pace = new Pace(Mode.CLOSED, List.of(new Phase(seconds, 0, 0, "")));
    return with(pace, plan.bounds(), plan.historyFile());
  }

  Plans bounds(Bounds bounds) {
    return with(plan.pace(), bounds, plan.historyFile());
  }

  Plans history(Path file) {
    return with(plan.pace(), plan.bounds(), file.toString());
  }

  private Plans with(Pace pace, Bounds bounds, String historyFile) {
    return new Plans(
        new LoadPlan(plan.run(), plan.target(), pace, bounds, plan.requests(), historyFile));
  }

  /**
   * @param requestsEach after which a connection ends
   */
  Plans over(Protocol protocol, int connections, int requestsEach) {
    Target target =
        new Target(protocol, plan.target().host(), plan.target().port(), connections, requestsEach);
    return new Plans(
        new LoadPlan(
            plan.run(), target, plan.pace(), plan.bounds(), plan.requests(), plan.historyFile()));
  }

  Plans mix(Share... shares) {
    Requests requests = plan.requests();
    return new Plans(
        new LoadPlan(
            plan.run(),
            plan.target(),
            plan.pace(),
            plan.bounds(),
            new Requests(List.of(shares), requests.tokens(), requests.skus(), requests.seed()),
            plan.historyFile()));
  }

  Plans tokens(List<String> tokens) {
    Requests requests = plan.requests();
    return new Plans(
        new LoadPlan(
            plan.run(),
            plan.target(),
            plan.pace(),
            plan.bounds(),
            new Requests(requests.mix(), tokens, requests.skus(), requests.seed()),
            plan.historyFile()));
  }

  LoadResult run() throws Exception {
    try (LoadRun run = LoadRun.of(plan, InstantSource.system());
        PrintStream nobody =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      return run.toEnd(nobody);
    }
  }

  static long offered(LoadResult result) {
    return result.intervals().stream().mapToLong(LoadResult.Interval::offered).sum();
  }

  static long retried(LoadResult result) {
    return result.intervals().stream().mapToLong(LoadResult.Interval::retried).sum();
  }

  static long accepted(LoadResult result, String share) {
    return result.intervals().stream().mapToLong(i -> i.accepted().getOrDefault(share, 0L)).sum();
  }

  static long refused(LoadResult result, String code) {
    return result.intervals().stream().mapToLong(i -> i.refused().getOrDefault(code, 0L)).sum();
  }

  static long failed(LoadResult result, String reason) {
    return result.intervals().stream().mapToLong(i -> i.failed().getOrDefault(reason, 0L)).sum();
  }

  /** Every request that was offered has come to one end. */
  static long ended(LoadResult result) {
    return result.intervals().stream()
        .mapToLong(i -> sum(i.accepted()) + sum(i.refused()) + sum(i.failed()))
        .sum();
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
