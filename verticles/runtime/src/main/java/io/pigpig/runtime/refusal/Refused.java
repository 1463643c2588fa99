package io.pigpig.runtime.refusal;

import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.OutcomeUnknownException;
import io.vertx.core.Future;
import java.time.Duration;

/** Futures that failed with a refusal, and the one translation of what a store's link says. */
public final class Refused {

  /** When to try again what was refused for now and has no better answer. */
  public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private Refused() {}

  /** This process takes nothing more. */
  public static Refusal.Unavailable draining() {
    return new Refusal.Unavailable("this process is draining", RETRY_AFTER);
  }

  /** Nothing was begun in the time there was, or nothing that changes anything. */
  public static Refusal.Unavailable late() {
    return new Refusal.Unavailable("the deadline has passed", RETRY_AFTER);
  }

  public static Refusal.OutcomeUnknown unknown() {
    return new Refusal.OutcomeUnknown(RETRY_AFTER);
  }

  public static <T> Future<T> with(Refusal refusal) {
    return Future.failedFuture(new RefusedException(refusal));
  }

  /**
   * For {@code Future.recover} at the border of a context: a link that is away is {@code
   * UNAVAILABLE}, an answer that was not seen is {@code OUTCOME_UNKNOWN}, anything else passes.
   */
  public static <T> Future<T> byStore(Throwable cause) {
    if (cause instanceof LinkDownException) {
      return with(new Refusal.Unavailable("Postgres is away or busy", RETRY_AFTER));
    }
    if (cause instanceof OutcomeUnknownException) {
      return with(new Refusal.OutcomeUnknown(RETRY_AFTER));
    }
    return Future.failedFuture(cause);
  }

  /** As {@link #byStore}, for a read: what was not seen can simply be asked again. */
  public static <T> Future<T> byStoreRead(Throwable cause) {
    return cause instanceof OutcomeUnknownException
        ? with(new Refusal.Unavailable("Postgres is slow", RETRY_AFTER))
        : byStore(cause);
  }
}
