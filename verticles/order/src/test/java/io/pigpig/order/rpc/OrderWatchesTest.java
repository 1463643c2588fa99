package io.pigpig.order.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pigpig.order.Order;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.StatusChange;
import io.pigpig.proto.order.v1.WatchOrderRequest;
import io.pigpig.proto.order.v1.WatchOrderResponse;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders that are followed over real gRPC, for longer than any stack is deep. */
final class OrderWatchesTest {

  private static final int LOOKS = 20_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final StatusChange PLACED = change(1, OrderStatus.PENDING_PAYMENT);
  private static final StatusChange EXPIRED = change(2, OrderStatus.EXPIRED);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger looks = new AtomicInteger();
  private final Following orders = new Following();
  private TestCarriers carriers;

  /** One order, whose timeline a test tells. */
  private final class Following extends StandingOrders {

    private volatile OrderStatus status = OrderStatus.PENDING_PAYMENT;
    private volatile List<StatusChange> timeline = List.of(PLACED);
    private volatile boolean isDefect;
    private volatile int looksUntilItFails = Integer.MAX_VALUE;
    private volatile int looksUntilItEnds = Integer.MAX_VALUE;

    @Override
    public Future<Order> find(UUID orderId, Principal viewer) {
      return Future.succeededFuture(order("ops", status));
    }

    @Override
    public Future<List<StatusChange>> timeline(UUID orderId, Principal viewer, int afterSequence) {
      if (isDefect) {
        throw new IllegalStateException("a defect of the orders");
      }
      int look = looks.incrementAndGet();
      if (look == looksUntilItFails) {
        return super.timeline(orderId, viewer, afterSequence);
      }
      if (look == looksUntilItEnds) {
        timeline = List.of(PLACED, EXPIRED);
      }
      return Future.succeededFuture(
          timeline.stream().filter(change -> change.sequence() > afterSequence).toList());
    }
  }

  @BeforeEach
  void open() throws Exception {
    Context loop = vertx.getOrCreateContext();
    Pause turn =
        millis -> {
          Promise<Void> next = Promise.promise();
          loop.runOnContext(nothing -> next.complete());
          return next.future();
        };
    carriers =
        new TestCarriers(
            vertx,
            loop,
            Map.of("call-timeout", "60s"),
            () -> ServedOrders.of(orders, Ticker.system(), turn, Duration.ofMillis(1)));
  }

  @AfterEach
  void close() throws Exception {
    carriers.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void anOrderIsFollowedToItsEnd() throws Exception {
    orders.looksUntilItEnds = 3;
    assertThat(watched(0)).containsExactly(PLACED, EXPIRED);
    assertThat(looks.get()).isEqualTo(3);
  }

  /** A chain of so many futures overflows the stack when it fails, and nobody hears of it. */
  @Test
  void whatFailsAfterAnOrderWasFollowedForLongEndsTheCallAtOnce() {
    orders.looksUntilItFails = LOOKS;
    assertThat(refusal()).isEqualTo(new Refusal.NotFound("this test has none"));
    assertThat(looks.get()).isEqualTo(LOOKS);
  }

  @Test
  void whoHasSeenTheEndIsNotKeptWaitingForMore() throws Exception {
    orders.status = OrderStatus.EXPIRED;
    orders.timeline = List.of(PLACED, EXPIRED);
    assertThat(watched(2)).isEmpty();
    assertThat(watched(1)).containsExactly(EXPIRED);
  }

  @Test
  void aDefectWhileAnOrderIsFollowedEndsTheCallAtOnce() {
    orders.isDefect = true;
    assertThat(refusal()).isInstanceOf(Refusal.Unavailable.class);
  }

  @Test
  void aDrainEndsWhatIsFollowedAndWaitsForNothingMore() throws Exception {
    Future<Void> watched =
        carriers.begin(
            () -> carriers.byGrpc().stream(OrderContract.WATCH, question(0), null, answer -> {}));
    Eventually.holds("it is followed", PATIENCE, () -> looks.get() > 2);
    carriers.serve(() -> carriers.grpc().drain(Duration.ofHours(1)));
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> watched.await(20, TimeUnit.SECONDS));
    assertThat(refused.refusal()).isEqualTo(Refused.draining());
  }

  private Refusal refusal() {
    Future<Void> watched =
        carriers.begin(
            () -> carriers.byGrpc().stream(OrderContract.WATCH, question(0), null, answer -> {}));
    return catchThrowableOfType(RefusedException.class, () -> watched.await(20, TimeUnit.SECONDS))
        .refusal();
  }

  private List<StatusChange> watched(int after) throws Exception {
    List<StatusChange> seen = new CopyOnWriteArrayList<>();
    carriers.call(
        () ->
            carriers.byGrpc().stream(
                OrderContract.WATCH,
                question(after),
                null,
                (WatchOrderResponse answer) -> seen.add(OrderMessages.change(answer.getChange()))));
    return seen;
  }

  private static WatchOrderRequest question(int after) {
    return WatchOrderRequest.newBuilder()
        .setOrderId(UUID.randomUUID().toString())
        .setAfterSequence(after)
        .build();
  }

  private static StatusChange change(int sequence, OrderStatus status) {
    return new StatusChange(sequence, status, Instant.ofEpochSecond(sequence));
  }
}
