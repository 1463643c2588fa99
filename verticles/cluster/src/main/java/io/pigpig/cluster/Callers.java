package io.pigpig.cluster;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks one or two other members to call, each time others.
 *
 * @param timeout the longest wait for one of them to say that it has
 */
record Callers(EventBus bus, Duration timeout) {

  private static final String EAR = "cluster.canary.";
  private static final int ASKED_AT_ONCE = 2;

  /** What another member made of being asked to call. */
  enum Answer {
    CALLED,
    SILENT,
    WITHOUT_CANARY
  }

  /** Where a member hears that it is asked. */
  static String ear(String node) {
    return EAR + node;
  }

  List<Future<Answer>> ask(Probe probe, List<String> members) {
    List<String> others = members.stream().filter(it -> !it.equals(probe.node())).sorted().toList();
    DeliveryOptions timely = new DeliveryOptions().setSendTimeout(timeout.toMillis());
    List<Future<Answer>> asked = new ArrayList<>();
    for (int i = 0; i < Math.min(ASKED_AT_ONCE, others.size()); i++) {
      String other = others.get((int) ((probe.round() + i) % others.size()));
      asked.add(
          bus.request(ear(other), probe.json(), timely)
              .map(Answer.CALLED)
              .otherwise(cause -> isWithoutCanary(cause) ? Answer.WITHOUT_CANARY : Answer.SILENT));
    }
    return asked;
  }

  /** A member that has joined and is not up yet, or is about to leave, has no ear in the table. */
  private static boolean isWithoutCanary(Throwable cause) {
    return cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }
}
