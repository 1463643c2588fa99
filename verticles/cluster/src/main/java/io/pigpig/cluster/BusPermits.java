package io.pigpig.cluster;

import io.pigpig.cluster.ClusterSettings.BusSettings;
import io.pigpig.runtime.EventPublisher;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way onto the event bus: a message takes a permit of its address and gives it back when it was
 * answered, was written, failed, or took longer than the timeout. Without it a peer that reads
 * slowly fills this process's memory: the event bus writes without asking whether there is room.
 *
 * <p>Refused with {@link Refusal.Overloaded} when the address, or all of them together, have no
 * permit left; then nothing was sent. Safe from any thread.
 */
public final class BusPermits {

  private final Vertx vertx;
  private final EventBus bus;
  private final BusSettings settings;
  private final Map<String, Integer> underWay = new ConcurrentHashMap<>();
  private final AtomicInteger inAll = new AtomicInteger();
  private final AtomicLong refusals = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  public BusPermits(Vertx vertx, BusSettings settings) {
    this.vertx = vertx;
    this.bus = vertx.eventBus();
    this.settings = settings;
  }

  /** Asks one consumer of an address; fails after the timeout at the latest. */
  public <T> Future<Message<T>> request(String address, Object body) {
    if (!take(address)) {
      return refused(address);
    }
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(settings.timeout().toMillis());
    Future<Message<T>> answer = bus.request(address, body, options);
    return answer.onComplete(done -> giveBack(address));
  }

  /** Sends to one consumer; completes when the message has left this process, or fails. */
  public Future<Void> send(String address, Object body) {
    return take(address) ? written(address, bus.sender(address).write(body)) : refused(address);
  }

  /** Sends to every consumer, of which there may be none; completes when it has left. */
  public Future<Void> publish(String address, Object body) {
    return take(address)
        ? written(address, bus.publisher(address).write(body).recover(BusPermits::heardByNobody))
        : refused(address);
  }

  /**
   * Publishes events through these permits. A refusal is thrown before anything is sent; a failure
   * after that is counted and not told, because an event is a hint and whoever needs it looks for
   * itself in time.
   */
  public EventPublisher events() {
    return (address, event) -> {
      Future<Void> published = publish(address, event);
      if (published.failed() && published.cause() instanceof RefusedException refused) {
        throw refused;
      }
      published.onFailure(cause -> failures.incrementAndGet());
    };
  }

  private static Future<Void> heardByNobody(Throwable cause) {
    boolean nobody =
        cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    return nobody ? Future.succeededFuture() : Future.failedFuture(cause);
  }

  /** A message that waits for a connection is written late or never: its permit does not wait. */
  private Future<Void> written(String address, Future<Void> writing) {
    Promise<Void> outcome = Promise.promise();
    long timer =
        vertx.setTimer(
            settings.timeout().toMillis(),
            id ->
                outcome.tryFail(
                    "not sent to " + address + " in " + settings.timeout().toMillis() + " ms"));
    writing.onComplete(
        done -> {
          vertx.cancelTimer(timer);
          if (done.succeeded()) {
            outcome.tryComplete();
          } else {
            outcome.tryFail(done.cause());
          }
        });
    return outcome.future().onComplete(done -> giveBack(address));
  }

  private boolean take(String address) {
    if (inAll.incrementAndGet() > settings.permitsInAll()) {
      inAll.decrementAndGet();
      return false;
    }
    boolean[] taken = new boolean[1];
    underWay.compute(
        address,
        (key, now) -> {
          int count = now == null ? 0 : now;
          taken[0] = count < settings.permits();
          return taken[0] ? count + 1 : now;
        });
    if (!taken[0]) {
      inAll.decrementAndGet();
    }
    return taken[0];
  }

  private void giveBack(String address) {
    // An address without a message under way is forgotten: whoever makes up addresses fills
    // nothing.
    underWay.computeIfPresent(address, (key, now) -> now == 1 ? null : now - 1);
    inAll.decrementAndGet();
  }

  private <T> Future<T> refused(String address) {
    refusals.incrementAndGet();
    return Refused.with(new Refusal.Overloaded("bus address " + address, Refused.RETRY_AFTER));
  }

  /** Messages to an address that are under way now. */
  public int underWay(String address) {
    return underWay.getOrDefault(address, 0);
  }

  /** Messages to all addresses that are under way now. */
  public int underWay() {
    return inAll.get();
  }

  /** Events that were taken and could not be sent, since the start. */
  public long failures() {
    return failures.get();
  }

  /** Messages that were refused since the start. */
  public long refusals() {
    return refusals.get();
  }
}
