package io.pigpig.discovery.etcd;

import io.pigpig.runtime.Backoff;
import io.pigpig.runtime.Ticker;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What everything here works with: one way to etcd, one clock and one source of chance. */
record EtcdParts(
    Vertx vertx, EtcdSettings settings, EtcdLink link, Ticker ticker, RandomGenerator random) {

  private static final Duration RETRY_MIN = Duration.ofMillis(100);

  /** The pauses of somebody who asks again and again until etcd is there. */
  Backoff backoff() {
    return new Backoff(RETRY_MIN, settings.retryMax(), random);
  }
}
