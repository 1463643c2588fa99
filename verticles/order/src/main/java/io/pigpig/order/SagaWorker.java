package io.pigpig.order;

import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.order.OrderLedger.Settlement;
import io.pigpig.order.Payments.Charge;
import io.pigpig.order.Payments.Charged;
import io.pigpig.runtime.Backoff;
import io.pigpig.shipping.Booking;
import io.pigpig.shipping.Carrier;
import io.pigpig.shipping.Shipment;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the steps of sagas that it holds the lease of: charge, print, ship, and back.
 *
 * <p>A step's effect is at least once under a key that all its attempts share, so its peer makes it
 * one. What came of it is written back under the lease's epoch: a worker that was paused for longer
 * than its lease changes nothing, and the peer has the effect under the same key as the worker that
 * took over. A step that fails, or has no answer in time, is tried again after a pause that
 * doubles. Printing and shipping are given up after {@code saga.attempts-max}: the order is
 * cancelled first and its effects are taken back in reverse, for as long as that takes. A charge is
 * given up by the order's expiry only.
 *
 * <p>Owned by one event loop; not thread-safe.
 */
final class SagaWorker {

  private static final Logger log = LoggerFactory.getLogger(SagaWorker.class);

  /** What the worker is made of, each owned by the same event loop. */
  record Parts(
      SagaLedger ledger,
      OrderSettling settling,
      Payments payments,
      PrintFiles printFiles,
      Carrier carrier) {}

  private final Parts parts;
  private final SagaSettings settings;
  private final LoopTools tools;
  private int running;
  private boolean claiming;
  private boolean stopped;
  private @Nullable Promise<Void> idle;

  SagaWorker(Parts parts, SagaSettings settings, LoopTools tools) {
    this.parts = parts;
    this.settings = settings;
    this.tools = tools;
  }

  /**
   * Claims what is due, as far as there is room. Called now and then, and when work came up.
   *
   * <p>All steps share the room: a claim does not choose by step, so that one index serves it. A
   * backlog of the print room holds a place for a step's longest time at most and then waits for
   * its next attempt outside, where it finds its file made.
   */
  void poll() {
    int room = settings.inFlightMax() - running;
    if (claiming || stopped || room <= 0) {
      return;
    }
    claiming = true;
    parts
        .ledger()
        .claim(room)
        .onComplete(
            done -> {
              claiming = false;
              if (done.succeeded()) {
                done.result().forEach(this::run);
                if (done.result().size() == room) {
                  poll();
                }
              } else {
                log.warn("sagas were not claimed: {}", done.cause().getMessage());
              }
              tellIdle();
            });
  }

  /** Claims no more; completes when the steps under way have been written back. */
  Future<Void> drain() {
    stopped = true;
    Promise<Void> drained = Promise.promise();
    idle = drained;
    tellIdle();
    return drained.future();
  }

  private void tellIdle() {
    Promise<Void> waiting = idle;
    if (waiting != null && running == 0 && !claiming) {
      waiting.tryComplete();
    }
  }

  private void run(Saga saga) {
    perform(saga).onComplete(done -> poll());
  }

  /** Does the saga's present step and writes it back. Never fails. */
  Future<Done> perform(Saga saga) {
    running++;
    return inTime(step(saga))
        .recover(cause -> failed(saga, cause))
        .recover(cause -> unwritten(saga, cause))
        .onSuccess(done -> tellFenced(saga, done))
        .onComplete(
            done -> {
              running--;
              tellIdle();
            });
  }

  private static void tellFenced(Saga saga, Done done) {
    if (done == Done.FENCED) {
      log.info(
          "saga {}: {} under epoch {} was not written, the lease is another's",
          saga.orderId(),
          saga.step(),
          saga.epoch());
    }
  }

  /** What came of a step. */
  enum Done {
    WRITTEN,
    DECLINED,
    /** Nothing is known of the effect; it is tried again. */
    LATER,
    /** The lease was lost; whoever has it now goes on. */
    FENCED
  }

  private Future<Done> step(Saga saga) {
    return switch (saga.step()) {
      case CHARGE -> charge(saga);
      case PRINT -> print(saga);
      case SHIP -> ship(saga);
      case VOID_WAYBILL ->
          parts
              .carrier()
              .makeVoid(saga.bookingKey())
              .compose(done -> advance(saga, SagaStep.REFUND, "the waybill is void"));
      case REFUND ->
          parts
              .payments()
              .refund(saga.chargeKey())
              .compose(done -> advance(saga, SagaStep.ENDED, "the charge is refunded"));
      case ENDED -> Future.succeededFuture(Done.WRITTEN);
    };
  }

  private Future<Done> charge(Saga saga) {
    Order order = saga.order();
    Charge charge =
        new Charge(
            saga.chargeKey(), order.orderId().toString(), order.totalCents(), saga.paymentToken());
    return parts
        .payments()
        .charge(charge)
        .compose(
            charged ->
                charged == Charged.CHARGED
                    ? settle(saga, OrderStatus.PAID, null)
                    : advance(saga, SagaStep.ENDED, "the payment was declined")
                        .map(done -> done == Done.WRITTEN ? Done.DECLINED : done));
  }

  private Future<Done> print(Saga saga) {
    Set<String> designs = new LinkedHashSet<>();
    for (OrderLine line : saga.order().lines()) {
      if (line.designId() != null) {
        designs.add(line.designId());
      }
    }
    Future<Void> made = Future.succeededFuture();
    for (String design : designs) {
      made = made.compose(before -> parts.printFiles().make(design));
    }
    return made.compose(all -> settle(saga, OrderStatus.IN_PRODUCTION, null));
  }

  private Future<Done> ship(Saga saga) {
    int units = saga.order().lines().stream().mapToInt(OrderLine::quantity).sum();
    Shipment shipment = new Shipment(saga.bookingKey(), saga.order().orderId().toString(), units);
    return parts.carrier().book(shipment).compose(booking -> shipped(saga, booking));
  }

  private Future<Done> shipped(Saga saga, Booking booking) {
    return switch (booking) {
      case Booking.Booked booked -> settle(saga, OrderStatus.SHIPPED, booked.waybill());
      case Booking.Rejected rejected -> giveUp(saga, "the carrier refused: " + rejected.why());
    };
  }

  private Future<Done> giveUp(Saga saga, String why) {
    log.warn("order {} is taken back at {}: {}", saga.orderId(), saga.step(), why);
    return settle(saga, OrderStatus.CANCELLED, null);
  }

  private Future<Done> settle(Saga saga, OrderStatus wanted, @Nullable String waybill) {
    return parts
        .settling()
        .settle(Settle.bySaga(saga, wanted, waybill))
        .map(
            settlement ->
                settlement.kind() == Settlement.Kind.CHANGED ? Done.WRITTEN : Done.FENCED);
  }

  private Future<Done> advance(Saga saga, SagaStep next, String why) {
    return parts
        .ledger()
        .advance(saga, next, why)
        .map(written -> written ? Done.WRITTEN : Done.FENCED);
  }

  private Future<Done> failed(Saga saga, Throwable cause) {
    String why = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    int attempts = saga.attempts() + 1;
    boolean forth = saga.step() == SagaStep.PRINT || saga.step() == SagaStep.SHIP;
    if (forth && attempts >= settings.attemptsMax()) {
      return inTime(giveUp(saga, attempts + " attempts, the last: " + why));
    }
    if (!forth && attempts == settings.parkedAfter()) {
      log.warn("saga {} is parked at {}: {}", saga.orderId(), saga.step(), why);
    }
    Duration pause = Duration.ofMillis(pauseMillis(saga.attempts()));
    return inTime(parts.ledger().retry(saga, pause, why))
        .map(kept -> kept ? Done.LATER : Done.FENCED);
  }

  private long pauseMillis(int attempts) {
    return Backoff.delayMillis(
        settings.retryFirst().toMillis(), settings.retryMax().toMillis(), attempts, tools.random());
  }

  /** The lease runs out by itself, and then another worker tries. */
  private static Future<Done> unwritten(Saga saga, Throwable cause) {
    log.warn("saga {}: {} was not written: {}", saga.orderId(), saga.step(), cause.getMessage());
    return Future.succeededFuture(Done.LATER);
  }

  /** Fails with what is unknown when {@code step} has no answer in time. */
  private <T> Future<T> inTime(Future<T> step) {
    if (step.isComplete()) {
      return step;
    }
    long millis = settings.stepTimeout().toMillis();
    Promise<T> answer = Promise.promise();
    step.onSuccess(answer::tryComplete).onFailure(answer::tryFail);
    tools
        .pause()
        .millis(millis)
        .onComplete(late -> answer.tryFail("no answer in " + millis + " ms"));
    return answer.future();
  }
}
