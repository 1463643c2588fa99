package io.pigpig.perf;

import io.pigpig.perf.cost.CpuSum;
import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.scenario.Leg;
import io.pigpig.perf.scenario.ScenarioFile;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * The closed load of orders before everything else: it goes on until a side is warm, and then finds
 * its capacity.
 */
final class Saturation {

  private static final Leg.Stock STOCK = new Leg.Stock(150, 10_000_000);
  private static final LoadPlan.Share ORDERS =
      new LoadPlan.Share("order", LoadPlan.Kind.ORDER, 1, "", 1);
  private static final LoadPlan.Bounds BOUNDS = new LoadPlan.Bounds(20_000, 10_000, 0, 0);

  private final ScenarioFile.Saturation asked;
  private final Side side;
  private final int warmUp;
  private final int measure;

  /** The second from which on it was warm; written by the thread that follows the generator. */
  private volatile int warmFrom = -1;

  Saturation(ScenarioFile.Saturation asked, Side side) {
    this.asked = asked;
    this.side = side;
    warmUp = Math.toIntExact(asked.warmUp().toSeconds());
    measure = Math.toIntExact(asked.measure().toSeconds());
  }

  /** Orders a second after the warm-up; NaN when no time was given to measure. */
  double run() throws IOException, InterruptedException {
    if (warmUp + measure == 0) {
      return Double.NaN;
    }
    side.prepare(STOCK);
    CpuSum cpu = new CpuSum(side.components());
    Warmth warmth = new Warmth(warmUp, cpu.micros());
    LiveLine live = LiveLine.onTerminal(side.name() + ", warm-up");
    try (TempFolder folder = TempFolder.create();
        GeneratorProcess generator =
            GeneratorProcess.start(
                plan(),
                folder.path(),
                (second, running) -> {
                  live.show(second);
                  warmth.add(second.accepted(), cpu.micros());
                  endWhenDone(second, warmth, running);
                })) {
      LoadResult result = generator.await();
      live.end();
      tell(warmth);
      int from = warmFrom < 0 ? warmUp : warmFrom;
      return perSecond(result, from, from + measure);
    }
  }

  private void endWhenDone(LoadSecond second, Warmth warmth, GeneratorProcess running) {
    if (warmFrom < 0 && warmth.isWarm()) {
      warmFrom = second.second() + 1;
    }
    if (warmFrom >= 0 && second.second() + 1 >= warmFrom + measure) {
      running.stop();
    }
  }

  private void tell(Warmth warmth) {
    if (!Double.isNaN(warmth.microsAnOrder())) {
      System.out.printf(
          Locale.ROOT,
          "  %s is taken for warm after %d s, at %.1f us of CPU an order%n",
          side.name(),
          warmFrom < 0 ? warmUp : warmFrom,
          warmth.microsAnOrder());
    }
  }

  private LoadPlan plan() throws IOException {
    List<LoadPlan.Share> mix = List.of(ORDERS);
    LoadPlan.Target target =
        new LoadPlan.Target(
            LoadPlan.Protocol.HTTP1,
            GeneratorProcess.HOST,
            side.port(LoadPlan.Protocol.HTTP1),
            asked.connections(),
            0);
    // One second more than is needed, as it is ended when the last one has been told.
    LoadPlan.Phase phase = new LoadPlan.Phase(warmUp + measure + 1, 0, 0, "");
    return new LoadPlan(
        GeneratorProcess.RUN,
        target,
        new LoadPlan.Pace(LoadPlan.Mode.CLOSED, List.of(phase)),
        BOUNDS,
        new LoadPlan.Requests(mix, side.tokens(mix), side.skus(STOCK), GeneratorProcess.SEED),
        "");
  }

  /** Accepted a second from one second to before another. */
  static double perSecond(LoadResult result, long from, long to) {
    long accepted = 0;
    for (Interval interval : result.intervals()) {
      if (interval.second() >= from && interval.second() < to) {
        accepted += interval.accepted().values().stream().mapToLong(Long::longValue).sum();
      }
    }
    return to == from ? Double.NaN : (double) accepted / (to - from);
  }
}
