package io.pigpig.cluster;

import io.pigpig.cluster.ClusterSettings.BusSettings;
import io.pigpig.runtime.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The permits of one event to so many other processes, taken and given back. */
@State(Scope.Thread)
public class BusPermitsBenchmark {

  @Param({"1", "8"})
  private int others;

  private final BusPermits permits =
      new BusPermits(new BusSettings(128, Duration.ofMillis(200)), Ticker.system());

  private List<String> processes = List.of();

  @Setup
  public void name() {
    processes = IntStream.range(0, others).mapToObj(i -> "process-" + i).toList();
  }

  @Benchmark
  public int takeAndGiveBack() {
    List<BusPermits.Permit> taken = permits.takeEach(processes);
    for (BusPermits.Permit permit : taken) {
      permit.giveBack();
    }
    return taken.size();
  }
}
