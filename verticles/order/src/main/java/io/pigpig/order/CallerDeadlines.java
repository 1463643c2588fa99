package io.pigpig.order;

import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Lets go of callers whose deadline has passed: their answer becomes {@code OUTCOME_UNKNOWN}, while
 * the work that was begun for them goes on. Holds one entry a caller. Owned by one event loop; not
 * thread-safe.
 */
final class CallerDeadlines {

  private record Caller(Promise<?> answer, long deadlineNanos) {}

  private final Ticker ticker;
  private final Set<Caller> waiting = new LinkedHashSet<>();

  CallerDeadlines(Ticker ticker) {
    this.ticker = ticker;
  }

  void watch(Promise<?> answer, long deadlineNanos) {
    Caller caller = new Caller(answer, deadlineNanos);
    waiting.add(caller);
    answer.future().onComplete(done -> waiting.remove(caller));
  }

  /** Called several times a second by the owner. */
  void answerLate() {
    long now = ticker.nanos();
    List<Caller> late = new ArrayList<>();
    for (Caller caller : waiting) {
      if (caller.deadlineNanos() - now <= 0) {
        late.add(caller);
      }
    }
    // Apart from the walk, because an answered caller may ask again at once.
    for (Caller caller : late) {
      caller
          .answer()
          .tryFail(new RefusedException(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER)));
    }
  }
}
