package io.pigpig.order.sim;

import io.pigpig.order.OrderSettings;
import io.pigpig.order.SagaSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.stock.StockSettings;
import java.time.Duration;
import java.util.Map;

/**
 * The settings of every simulated process: those of production, made short where a run would wait,
 * and small where a bound should be met.
 */
record SimSettings(OrderSettings order, SagaSettings saga, StockSettings stock) {

  /** How long a link waits for an answer, by what it leads to. */
  static final Duration POSTGRES_ANSWER = Duration.ofSeconds(2);

  static final Duration REDIS_ANSWER = Duration.ofMillis(500);
  static final Duration PEER_ANSWER = Duration.ofMillis(1500);
  static final Duration CLOCK_REFRESH = Duration.ofSeconds(2);

  private static final SimSettings ALL =
      new SimSettings(
          SettingsReader.read(
              OrderSettings.class,
              Map.of(
                  "payment-window", "6s",
                  "production-delay", "2s",
                  "settle-timeout", "3s",
                  "commit-batch-max", "8",
                  "late-every", "100ms",
                  "expiry-batch-max", "4",
                  "expiry-visit-max", "100")),
          SettingsReader.read(
              SagaSettings.class,
              Map.of(
                  "poll", "300ms",
                  "step-timeout", "2s",
                  "lease", "3s",
                  "retry-max", "3s",
                  "attempts-max", "3",
                  "in-flight-max", "8")),
          SettingsReader.read(StockSettings.class, Map.of("gate-batch-max", "8")));

  static SimSettings all() {
    return ALL;
  }
}
