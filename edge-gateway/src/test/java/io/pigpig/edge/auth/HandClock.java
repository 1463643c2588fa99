package io.pigpig.edge.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test moves by hand. */
final class HandClock implements InstantSource {

  private Instant now = Instant.ofEpochSecond(1_900_000_000L);

  @Override
  public Instant instant() {
    return now;
  }

  long seconds() {
    return now.getEpochSecond();
  }

  void advance(Duration by) {
    now = now.plus(by);
  }
}
