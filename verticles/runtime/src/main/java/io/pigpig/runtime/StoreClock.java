package io.pigpig.runtime;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The wall clock of Postgres as this process knows it: our own, corrected by the difference that
 * was last measured. Order ids and time-boxed prices go by it, so that a machine with a wrong clock
 * makes the same orders as all others. Between two measurements it moves with our own clock.
 *
 * <p>Safe from any thread.
 */
public final class StoreClock implements InstantSource {

  private final InstantSource own;
  private volatile long aheadMillis;

  public StoreClock(InstantSource own) {
    this.own = own;
  }

  /**
   * Notes a measurement.
   *
   * @param asked our own time when Postgres was asked
   * @param told what it answered
   * @param heard our own time when the answer came
   */
  public void measured(Instant asked, Instant told, Instant heard) {
    long middleMillis = asked.toEpochMilli() + (heard.toEpochMilli() - asked.toEpochMilli()) / 2;
    aheadMillis = told.toEpochMilli() - middleMillis;
  }

  @Override
  public Instant instant() {
    return own.instant().plusMillis(aheadMillis);
  }

  @Override
  public long millis() {
    return own.millis() + aheadMillis;
  }
}
