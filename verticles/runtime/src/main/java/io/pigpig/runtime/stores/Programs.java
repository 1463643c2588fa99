package io.pigpig.runtime.stores;

import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.OwnProgram.Ended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * The programs of ours on one data folder, each kept running until all are stopped: those of one
 * kind at once, the kinds one after the other, what was started last first. Blocking; any thread.
 */
final class Programs {

  private final Duration startPatience;
  private final SequencedMap<String, List<Supervised>> kinds = new LinkedHashMap<>();

  Programs(Duration startPatience) {
    this.startPatience = startPatience;
  }

  /**
   * Starts one on {@code port} and returns once it serves.
   *
   * @throws StartupFailure with one line for the operator; it is stopped then
   */
  Supervised start(OwnProgram program, DataFolder folder, int port) {
    StoreProcess process = processOf(program, folder);
    process.reclaim();
    try {
      process.start(port, startPatience);
    } catch (RuntimeException e) {
      process.stop();
      throw e;
    }
    return add(program.kind(), Supervised.of(process, port));
  }

  /** As {@link #start}, on the port that its name keeps, or on another where that was taken. */
  Supervised startOnItsPort(OwnProgram program, DataFolder folder) {
    StoreProcess process = processOf(program, folder);
    process.reclaim();
    int port = process.startOnItsPort(program.name(), startPatience);
    return add(program.kind(), Supervised.of(process, port));
  }

  private static StoreProcess processOf(OwnProgram program, DataFolder folder) {
    return new StoreProcess(new JavaServer(folder, program), folder, Ticker.system());
  }

  private synchronized Supervised add(String kind, Supervised running) {
    kinds.computeIfAbsent(kind, absent -> new ArrayList<>()).add(running);
    return running;
  }

  /** Stops all; {@code each} is told of every one that has ended, on a thread of its own. */
  void end(Ending ending, Consumer<Ended> each) {
    for (List<Supervised> kind : taken()) {
      ending.atOnce(kind.stream().map(one -> (Runnable) () -> end(one, each)).toList());
    }
  }

  private synchronized List<List<Supervised>> taken() {
    List<List<Supervised>> lastFirst = List.copyOf(kinds.sequencedValues().reversed());
    kinds.clear();
    return lastFirst;
  }

  private static void end(Supervised one, Consumer<Ended> each) {
    Ticker ticker = Ticker.system();
    long beganNanos = ticker.nanos();
    one.supervisor().close();
    Duration took = Duration.ofNanos(ticker.nanos() - beganNanos);
    each.accept(new Ended(one.process().name(), took, one.process().exitCode()));
  }
}
