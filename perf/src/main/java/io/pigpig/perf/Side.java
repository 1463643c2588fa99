package io.pigpig.perf;

import io.pigpig.perf.cost.Component;
import io.pigpig.perf.cost.StoreCounters;
import io.pigpig.perf.history.PostgresLedger;
import io.pigpig.perf.history.Promise;
import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.scenario.Leg;
import io.pigpig.perf.scenario.Strike;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A program that is loaded. Owned by one thread. */
interface Side extends AutoCloseable {

  /**
   * What was there before a load.
   *
   * @param units by SKU, of those that are for sale
   * @param orders that were there, where they are only counted
   */
  record Before(Instant at, Map<String, PostgresLedger.Units> units, long orders) {
    public Before {
      units = Map.copyOf(units);
    }
  }

  /**
   * What a load left behind.
   *
   * @param orders that are durable now and were not before
   * @param broken how often each promise was, of those that could be asked for
   */
  record Judged(long orders, Map<Promise, Long> broken, List<String> violations) {
    public Judged {
      broken = Map.copyOf(broken);
      violations = List.copyOf(violations);
    }
  }

  String name();

  /** Throws IllegalArgumentException when it does not speak that. */
  int port(LoadPlan.Protocol protocol);

  /** The SKUs that are for sale, so many. */
  List<String> skus(Leg.Stock stock) throws IOException;

  /** Of customers, or of operators where a mix asks for them; none where nobody looks at them. */
  List<String> tokens(List<LoadPlan.Share> mix) throws IOException;

  /** Puts up for sale what is asked for, and waits until nothing else is under way. */
  Before prepare(Leg.Stock stock) throws IOException;

  /** What its cost is told apart by. */
  List<Component> components() throws IOException;

  /** Throws IllegalArgumentException when nothing can be done to it, IOException when it failed. */
  void strike(Strike strike) throws IOException;

  /** Waits until what was under way has come to its end. */
  void settle() throws IOException;

  StoreCounters counters() throws IOException;

  /**
   * Compares what customers were told with what is there.
   *
   * @param history that a generator has written
   */
  Judged judge(Path history, Before before) throws IOException;

  @Override
  void close() throws IOException;
}
