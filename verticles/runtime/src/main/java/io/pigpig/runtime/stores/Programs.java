package io.pigpig.runtime.stores;

import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.OwnProgram.Ended;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * The programs of ours on one data folder, each kept running until all are stopped: those of one
 * kind at once, the kinds one after the other, what was started last first. Blocking; any thread.
 */
final class Programs {

  /** As long as a process of ours takes at most to drain. */
  private static final Duration DRAIN_MAX = Duration.ofSeconds(30);

  private final Duration startPatience;
  private final SequencedMap<String, List<Supervised>> kinds = new LinkedHashMap<>();

  Programs(Duration startPatience) {
    this.startPatience = startPatience;
  }

  /**
   * Stops those that a JVM left running on this folder when it was killed, which nobody would start
   * or stop any more, in the order of {@link #end}. Peers are reclaimed when they are started.
   *
   * @throws StartupFailure naming one that cannot be stopped
   */
  static void reclaim(DataFolder folder) {
    Map<String, List<RunFolder.Entry>> kinds = new HashMap<>();
    for (RunFolder.Entry left : left(folder)) {
      kinds.computeIfAbsent(kind(left.name()), absent -> new ArrayList<>()).add(left);
    }
    kinds.values().stream()
        .sorted(Comparator.comparing(Programs::started).reversed())
        .forEach(
            kind ->
                Together.run(
                    kind.stream()
                        .map(left -> (Runnable) () -> leftBehind(left.name(), folder).reclaim())
                        .toArray(Runnable[]::new)));
  }

  private static List<RunFolder.Entry> left(DataFolder folder) {
    try {
      return RunFolder.of(folder.root()).entries().stream()
          .filter(entry -> entry.life() != RunFolder.Life.ENDED)
          .filter(entry -> !RunFolder.isStoreOrPeer(entry.name()))
          .toList();
    } catch (IOException e) {
      throw StartupFailure.ofFile("What was left behind cannot be found", folder.run(), e);
    }
  }

  /** Of {@code order-2}: {@code order}. */
  private static String kind(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('-')));
  }

  /** That of the first: one that was started again came later than its kind. */
  private static Instant started(List<RunFolder.Entry> kind) {
    return kind.stream().map(RunFolder.Entry::started).min(Comparator.naturalOrder()).orElseThrow();
  }

  /** It is known by its name alone, and not started. */
  private static StoreProcess leftBehind(String name, DataFolder folder) {
    OwnProgram.Jvm none = new OwnProgram.Jvm(List.of(), "", Map.of());
    return processOf(
        new OwnProgram(kind(name), name, none, port -> List.of(), "", DRAIN_MAX), folder);
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
