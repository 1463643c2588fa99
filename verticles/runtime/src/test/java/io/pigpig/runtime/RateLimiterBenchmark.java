package io.pigpig.runtime;

import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A request of one of so many customers, who take turns; more than are remembered at the end. */
@State(Scope.Thread)
public class RateLimiterBenchmark {

  private static final int CUSTOMERS_MAX = 100_000;
  private static final int PER_SECOND = 1_000_000_000;

  @Param({"1", "10000", "200000"})
  private int customers;

  private final RateLimiter limiter =
      new RateLimiter(Ticker.system(), PER_SECOND, PER_SECOND, CUSTOMERS_MAX);

  private String[] names = {};
  private int next;

  @Setup
  public void name() {
    names = IntStream.range(0, customers).mapToObj(i -> "customer-" + i).toArray(String[]::new);
  }

  @Benchmark
  public long acquire() {
    next = next + 1 == names.length ? 0 : next + 1;
    return limiter.tryAcquireNanos(names[next]);
  }
}
