package io.pigpig.perf;

import io.pigpig.perf.store.PostgresSession;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.time.Duration;

/** The end of what a load has begun: nothing is written any more. Blocking. */
final class Stillness {

  /** Longer than an order is worked on after its caller was told that nobody knows. */
  static final Duration STILL_FOR = Duration.ofSeconds(2);

  private static final Duration SETTLE_MAX = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private Stillness() {}

  /**
   * Waits until no order has been placed for some time. Throws IOException when that does not come.
   *
   * @param newest SQL that answers with the id of the newest order, or with nothing
   */
  static void await(String postgresUrl, String newest) throws IOException {
    Ticker ticker = Ticker.system();
    Wait wait = new Wait(ticker);
    try (PostgresSession postgres = PostgresSession.open(postgresUrl)) {
      long begin = ticker.nanos();
      long since = begin;
      String before = ask(postgres, newest);
      while (ticker.nanos() - since < STILL_FOR.toNanos()) {
        wait.pause(LOOK_EVERY);
        String now = ask(postgres, newest);
        if (!now.equals(before)) {
          before = now;
          since = ticker.nanos();
        }
        if (since - begin > SETTLE_MAX.toNanos() || Thread.currentThread().isInterrupted()) {
          throw new IOException("orders are still placed " + SETTLE_MAX + " after the load");
        }
      }
    }
  }

  private static String ask(PostgresSession postgres, String newest) throws IOException {
    for (Row row : postgres.ask(newest)) {
      return row.getString(0);
    }
    return "none";
  }
}
