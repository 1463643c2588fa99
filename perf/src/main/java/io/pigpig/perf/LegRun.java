package io.pigpig.perf;

import io.pigpig.perf.cost.Component;
import io.pigpig.perf.cost.CostMeter;
import io.pigpig.perf.cost.StoreCounters;
import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadResult;
import io.pigpig.perf.report.RunRecord;
import io.pigpig.perf.report.RunRecord.Mark;
import io.pigpig.perf.scenario.Leg;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One load on one side: stock, generator, meter, faults and slow clients, and then the judgement.
 *
 * @param name of the side and the round, for reports
 */
record LegRun(Side side, Leg leg, How how, Name name) {

  private static final String HISTORY = "history";

  /**
   * How it is loaded and measured.
   *
   * @param pace when requests leave
   */
  record How(LoadPlan.Pace pace, CostMeter.Syscalls syscalls) {}

  /**
   * How reports call it.
   *
   * @param round counted from 1
   */
  record Name(String side, int round) {
    @Override
    public String toString() {
      return side + ", round " + round;
    }
  }

  /**
   * What came of it.
   *
   * @param tooLate what was done to the stack and outlasted the load: then it proves nothing
   */
  record Outcome(RunRecord.Leg leg, Side.Judged judged, List<String> tooLate) {
    Outcome {
      tooLate = List.copyOf(tooLate);
    }
  }

  /** What the generator saw, and what was done meanwhile. */
  private record Loaded(LoadResult result, List<Mark> marks) {}

  Outcome run() throws IOException, InterruptedException {
    Side.Before before = side.prepare(leg.stock());
    StoreCounters countersBefore = side.counters();
    AtomicReference<@Nullable GeneratorProcess> started = new AtomicReference<>();
    try (TempFolder folder = TempFolder.create();
        CostMeter meter =
            CostMeter.begin(components(started), how.syscalls(), InstantSource.system())) {
      Loaded loaded = load(folder.path(), started);
      CostMeter.Measured measured = meter.end();
      side.settle();
      StoreCounters counted = side.counters().since(countersBefore);
      Side.Judged judged = side.judge(folder.path().resolve(HISTORY), before);
      RunRecord.Cost cost = measured.cost(loaded.result(), judged.orders(), counted);
      return new Outcome(
          new RunRecord.Leg(name.side(), name.round(), loaded.result(), cost, loaded.marks()),
          judged,
          tooLate(loaded));
    }
  }

  private List<Component> components(AtomicReference<@Nullable GeneratorProcess> started)
      throws IOException {
    List<Component> components = new ArrayList<>(side.components());
    components.add(
        new Component(
            CostMeter.GENERATOR,
            Component.Scope.TREE,
            () -> {
              GeneratorProcess generator = started.get();
              return generator == null ? List.of() : List.of(generator.pid());
            }));
    return components;
  }

  private Loaded load(Path folder, AtomicReference<@Nullable GeneratorProcess> started)
      throws IOException, InterruptedException {
    LiveLine live = LiveLine.onTerminal(name.toString());
    LoadPlan plan = plan(folder.resolve(HISTORY));
    try (Strikes strikes = new Strikes(side::strike, leg.faults());
        SlowClients slow = SlowClients.of(plan);
        GeneratorProcess generator =
            GeneratorProcess.start(
                plan,
                folder,
                (second, running) -> {
                  strikes.begin(Instant.now().minusSeconds(second.second() + 1));
                  live.show(second);
                })) {
      started.set(generator);
      slow.start(leg.slowClients());
      LoadResult result = generator.await();
      live.end();
      return new Loaded(result, marks(result, strikes.end(), slow));
    }
  }

  private LoadPlan plan(Path history) throws IOException {
    List<LoadPlan.Share> mix = leg.shares();
    LoadPlan.Target target = leg.target(GeneratorProcess.HOST, side.port(leg.connect().protocol()));
    LoadPlan.Requests requests =
        new LoadPlan.Requests(mix, side.tokens(mix), side.skus(leg.stock()), GeneratorProcess.SEED);
    return new LoadPlan(
        GeneratorProcess.RUN, target, how.pace(), leg.planned(), requests, history.toString());
  }

  private static List<String> tooLate(Loaded loaded) {
    return loaded.marks().stream()
        .filter(mark -> mark.second() > loaded.result().intervals().size())
        .map(mark -> mark.what() + ": " + mark.second() + " s into a load that was over")
        .toList();
  }

  private static List<Mark> marks(LoadResult result, List<Strikes.Done> strikes, SlowClients slow) {
    List<Mark> marks = new ArrayList<>();
    for (Strikes.Done done : strikes) {
      double millis = done.at().toEpochMilli() - result.beganEpochMillis();
      marks.add(new Mark(millis / 1e3, done.what()));
    }
    int end = result.intervals().size();
    if (slow.cutOff() > 0) {
      marks.add(new Mark(end, slow.cutOff() + " slow clients were cut off"));
    }
    if (slow.unconnected() > 0) {
      marks.add(new Mark(end, slow.unconnected() + " slow clients could not connect"));
    }
    return marks;
  }
}
