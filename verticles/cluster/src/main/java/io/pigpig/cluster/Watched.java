package io.pigpig.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Supplier;

/**
 * One subscription that the canary watches, and how to make it anew on the loop it belongs to.
 * Owned by the canary's loop.
 */
final class Watched {

  private final Context owner;
  private final Supplier<? extends MessageConsumer<?>> subscription;
  private MessageConsumer<?> consumer;
  private boolean lookedUp;
  private boolean called;
  private boolean looking;
  private int misses;

  Watched(
      Context owner,
      Supplier<? extends MessageConsumer<?>> subscription,
      MessageConsumer<?> consumer) {
    this.owner = owner;
    this.subscription = subscription;
    this.consumer = consumer;
  }

  String address() {
    return consumer.address();
  }

  /** Tries that missed in a row. */
  int misses() {
    return misses;
  }

  /** Begins a try: nothing is known yet. */
  void begin() {
    lookedUp = false;
    called = false;
  }

  /**
   * Looks into the cluster's table, unless the last look has no answer yet: each one that waits
   * costs a thread of the cluster's.
   */
  void look(BusMembership members) {
    if (looking) {
      return;
    }
    looking = true;
    members
        .isSubscribed(address())
        .onComplete(
            done -> {
              looking = false;
              lookedUp = done.succeeded() && done.result();
            });
  }

  /** Notes that a call of another process came in. */
  void called() {
    called = true;
  }

  /**
   * Ends a try; answers how many have missed in a row.
   *
   * @param calledBy whether another process said that it had called
   */
  int end(boolean calledBy) {
    boolean hit = lookedUp && (called || !calledBy);
    misses = hit ? 0 : misses + 1;
    return misses;
  }

  /**
   * Subscribes anew, and only then ends the old subscription: a message between the two is heard
   * twice rather than never. Completes on {@code canary}, also when the cluster did not answer: the
   * next try tells.
   */
  Future<Void> renew(Context canary) {
    MessageConsumer<?> old = consumer;
    Promise<Void> renewed = Promise.promise();
    owner.runOnContext(
        ours -> {
          MessageConsumer<?> fresh = subscription.get();
          canary.runOnContext(back -> consumer = fresh);
          fresh
              .completion()
              .eventually(old::unregister)
              .onComplete(done -> canary.runOnContext(back -> renewed.tryComplete()));
        });
    return renewed.future();
  }

  Future<Void> unsubscribe() {
    return consumer.unregister();
  }
}
