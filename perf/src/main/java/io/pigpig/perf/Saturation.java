package io.pigpig.perf;

import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.scenario.Leg;
import io.pigpig.perf.scenario.ScenarioFile;
import java.io.IOException;
import java.util.List;

/**
 * The closed load of orders before everything else: it makes a side warm and finds its capacity.
 */
record Saturation(ScenarioFile.Saturation asked) {

  private static final Leg.Stock STOCK = new Leg.Stock(150, 10_000_000);
  private static final LoadPlan.Share ORDERS =
      new LoadPlan.Share("order", LoadPlan.Kind.ORDER, 1, "", 1);
  private static final LoadPlan.Bounds BOUNDS = new LoadPlan.Bounds(20_000, 10_000, 0, 0);

  /** Orders a second after the warm-up; 0 when no time was given to measure. */
  double run(Side side) throws IOException, InterruptedException {
    long warmUp = asked.warmUp().toSeconds();
    long all = warmUp + asked.measure().toSeconds();
    if (all == 0) {
      return 0;
    }
    side.prepare(STOCK);
    List<LoadPlan.Share> mix = List.of(ORDERS);
    LoadPlan plan =
        new LoadPlan(
            GeneratorProcess.RUN,
            new LoadPlan.Target(
                LoadPlan.Protocol.HTTP1,
                GeneratorProcess.HOST,
                side.port(LoadPlan.Protocol.HTTP1),
                asked.connections(),
                0),
            new LoadPlan.Pace(LoadPlan.Mode.CLOSED, List.of(new LoadPlan.Phase(all, 0, 0, ""))),
            BOUNDS,
            new LoadPlan.Requests(mix, side.tokens(mix), side.skus(STOCK), GeneratorProcess.SEED),
            "");
    LiveLine live = LiveLine.onTerminal(side.name() + ", warm-up");
    try (TempFolder folder = TempFolder.create();
        GeneratorProcess generator = GeneratorProcess.start(plan, folder.path(), live::show)) {
      LoadResult result = generator.await();
      live.end();
      return perSecond(result, warmUp, all);
    }
  }

  /** Accepted a second from one second to before another. */
  static double perSecond(LoadResult result, long from, long to) {
    long accepted = 0;
    for (Interval interval : result.intervals()) {
      if (interval.second() >= from && interval.second() < to) {
        accepted += interval.accepted().values().stream().mapToLong(Long::longValue).sum();
      }
    }
    return to == from ? 0 : (double) accepted / (to - from);
  }
}
