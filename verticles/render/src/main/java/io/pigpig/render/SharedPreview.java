package io.pigpig.render;

import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * A preview that is looked up or drawn, and how many wait for it. The count belongs to the lock of
 * whoever keeps these; the rest is safe from any thread.
 */
final class SharedPreview {

  private final Promise<byte[]> png = Promise.promise();
  private int waiting;
  private volatile boolean isAbandoned;

  Future<byte[]> png() {
    return png.future();
  }

  Promise<byte[]> answer() {
    return png;
  }

  void join() {
    waiting++;
  }

  /** One waits no more; true if that was the last one, and there is nothing to wait for yet. */
  boolean leave() {
    waiting--;
    isAbandoned = waiting == 0 && !png.future().isComplete();
    return isAbandoned;
  }

  /**
   * @throws RefusedException once nobody waits any more
   */
  void checkpoint() {
    if (isAbandoned) {
      throw unwanted();
    }
  }

  static RefusedException unwanted() {
    return new RefusedException(
        new Refusal.Unavailable("the preview that nobody waits for", Refused.RETRY_AFTER));
  }
}
