package io.pigpig.cluster;

import io.pigpig.cluster.BusPermits.Permit;
import io.pigpig.cluster.ClusterSettings.BusSettings;
import io.pigpig.runtime.EventPublisher;
import io.pigpig.runtime.Ticker;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells events to every process of the cluster, at most once each. An event is published within
 * this process, and sent to the inbox of each other process, which publishes it there: who listens
 * at an event's address does so within its own process.
 *
 * <p>Not by a publish over the cluster: Vert.x says of that one only when the first process has it,
 * which is this one, and so nothing would bound what is kept for the others. Of what is sent to an
 * inbox it says when it was written, and until then it has a permit. So this process keeps at most
 * {@link BusSettings#permits} events for one other, whatever that one does, beside what the system
 * has taken.
 *
 * <p>A process that does not take its events for a while misses some, and the others do not wait
 * for it; one that has no inbox is told nothing. Owned by one event loop, but for the counts.
 */
public final class ClusterEvents implements EventPublisher {

  private static final Logger log = LoggerFactory.getLogger(ClusterEvents.class);
  private static final String INBOX = "cluster.events.";

  /** The header that says where an event in an inbox is published. */
  private static final String ADDRESS = "pigpig-address";

  private final EventBus bus;
  private final BusMembership members;
  private final BusPermits permits;
  private final DeliveryOptions here = new DeliveryOptions().setLocalOnly(true);
  private final AtomicLong failures = new AtomicLong();

  /** What is told over, to whom, and by which clock it is called slow. */
  public record Parts(Vertx vertx, BusMembership members, Ticker ticker) {}

  public ClusterEvents(Parts parts, BusSettings settings) {
    this.bus = parts.vertx().eventBus();
    this.members = parts.members();
    this.permits = new BusPermits(settings, parts.ticker());
  }

  /** Hears the others from now on, and lets the canary look after that. */
  public Future<Void> open(BusCanary canary) {
    return canary.watch(this::openInbox);
  }

  private MessageConsumer<Buffer> openInbox() {
    return bus.consumer(inbox(), this::hear);
  }

  private void hear(Message<Buffer> message) {
    String address = String.valueOf(message.headers().get(ADDRESS));
    try {
      bus.publish(address, new JsonObject(message.body()), here);
    } catch (DecodeException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      log.warn("what came for {} is no event: {}", address, why);
    }
  }

  /** Where others send what this process is to hear. */
  String inbox() {
    return INBOX + members.nodeId();
  }

  /**
   * Publishes an event; a failure after that is counted and not told, because an event is a hint
   * and whoever needs it looks for itself in time.
   *
   * @throws io.pigpig.runtime.refusal.RefusedException when there is no permit; nothing was sent
   *     then
   */
  @Override
  public void publish(String address, JsonObject event) {
    String self = members.nodeId();
    List<String> others =
        members.nodes().stream().filter(process -> !process.equals(self)).toList();
    if (!others.isEmpty()) {
      Buffer text = event.toBuffer();
      permits.takeEach(others).forEach(permit -> send(permit, address, text));
    }
    bus.publish(address, event, here);
  }

  private void send(Permit permit, String address, Buffer event) {
    DeliveryOptions options = new DeliveryOptions().addHeader(ADDRESS, address);
    try {
      bus.<Buffer>sender(INBOX + permit.process(), options)
          .write(event)
          .onComplete(written -> ended(permit, written));
    } catch (RuntimeException e) {
      ended(permit, Future.failedFuture(e));
    }
  }

  private void ended(Permit permit, AsyncResult<Void> written) {
    permit.giveBack();
    if (written.failed() && !hasNoInbox(written.cause())) {
      failures.incrementAndGet();
    }
  }

  private static boolean hasNoInbox(Throwable cause) {
    return cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }

  /** Events to one process that are under way now; on the owner's loop. */
  public int underWay(String process) {
    return permits.underWay(process);
  }

  /** Events to other processes that are under way now. */
  public int underWay() {
    return permits.underWay();
  }

  /** Events that were refused for want of a permit, since the start. */
  public long refusals() {
    return permits.refusals();
  }

  /** Events that a process missed because it did not take those before, since the start. */
  public long missed() {
    return permits.missed();
  }

  /** Events that could not be sent to a process, since the start. */
  public long failures() {
    return failures.get();
  }
}
