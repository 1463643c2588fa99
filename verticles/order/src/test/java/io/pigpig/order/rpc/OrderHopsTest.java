package io.pigpig.order.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pigpig.order.LoopTools;
import io.pigpig.order.Order;
import io.pigpig.order.OrderService;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.Placement;
import io.pigpig.order.rpc.RemoteOrders.Placing;
import io.pigpig.order.rpc.RemoteOrders.Way;
import io.pigpig.proto.order.v1.GetOrderRequest;
import io.pigpig.proto.order.v1.GetOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrderRequest;
import io.pigpig.proto.order.v1.RequestedLine;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.rpc.grpc.GrpcCaller;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A caller, a gateway and a process of orders, over real gRPC twice. */
final class OrderHopsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long SECONDS_20 = TimeUnit.SECONDS.toNanos(20);
  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);

  private final Vertx vertx = Vertx.vertx();

  /** The gateway's process. */
  private final Vertx middle = Vertx.vertx();

  private final Slow orders = new Slow();
  private TestCarriers back;
  private TestCarriers front;

  /** Says how much time it was given for an order, and answers a question in its own time. */
  private final class Slow extends StandingOrders {

    private final AtomicLong leftNanos = new AtomicLong();
    private volatile long answersAfterMillis = 1;

    @Override
    public Future<Order> find(UUID orderId, Principal viewer) {
      return Pause.of(vertx)
          .millis(answersAfterMillis)
          .map(waited -> order(viewer.customer(), OrderStatus.PAID));
    }

    @Override
    public Future<Placement> place(PlaceOrder request) {
      leftNanos.set(request.deadlineNanos() - Ticker.system().nanos());
      return Promise.<Placement>promise().future();
    }
  }

  @BeforeEach
  void open() throws Exception {
    back = carriers(vertx, () -> orders, vertx.getOrCreateContext());
    Context loop = middle.getOrCreateContext();
    front = carriers(middle, () -> gateway(new Loop(loop)), loop);
  }

  private static TestCarriers carriers(Vertx process, Supplier<OrderService> served, Context loop)
      throws Exception {
    return new TestCarriers(
        process,
        loop,
        Map.of("call-timeout", "1s"),
        () ->
            ServedOrders.of(
                served.get(), Ticker.system(), Pause.of(process), Duration.ofMillis(20)));
  }

  private OrderService gateway(Loop loop) {
    GrpcCaller asking =
        new GrpcCaller(
            middle,
            TestCarriers.target("order", back.port(), () -> "operator"),
            back.settings(),
            Ticker.system());
    return new RemoteOrders(
        new Way(asking, Placing.BATCHED),
        new RemoteOrders.Settings(
            SettingsReader.read(OrderSettings.class, Map.of()), back.settings()),
        new LoopTools(
            Ticker.system(),
            InstantSource.system(),
            Pause.of(middle),
            RandomGenerator.getDefault()),
        loop);
  }

  @AfterEach
  void close() throws Exception {
    front.close();
    middle.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    back.close();
    vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void anOrderHasNoMoreTimeInTheLastProcessThanItsCallerHas() {
    PlaceOrderRequest question =
        PlaceOrderRequest.newBuilder()
            .setIdempotencyKey(UUID.randomUUID().toString())
            .addLines(RequestedLine.newBuilder().setSku("TEE-CLASSIC-WHITE-M").setQuantity(1))
            .build();
    long givenNanos = TimeUnit.SECONDS.toNanos(3);
    assertThat(
            refusal(
                front.begin(
                    () ->
                        front.byGrpc().call(OrderContract.PLACE, question, ALICE, in(givenNanos)))))
        .isInstanceOf(Refusal.OutcomeUnknown.class);
    assertThat(orders.leftNanos.get()).isPositive().isLessThanOrEqualTo(givenNanos);
    Eventually.holds(
        "no call is left in the gateway", PATIENCE, () -> front.grpc().underWay() == 0);
  }

  @Test
  void aReadMayTakeAsLongAsItsCallerWaits() throws Exception {
    orders.answersAfterMillis = 1_500;
    GetOrderResponse answer =
        front
            .begin(() -> front.byGrpc().call(OrderContract.GET, question(), ALICE, in(SECONDS_20)))
            .await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(answer.getOrder().getCustomer()).isEqualTo("alice");
  }

  @Test
  void aReadWhoseCallerDoesNotSayHasTheDefaultTime() {
    orders.answersAfterMillis = 20_000;
    assertThat(
            refusal(front.begin(() -> front.byGrpc().call(OrderContract.GET, question(), ALICE))))
        .isInstanceOf(Refusal.Unavailable.class);
    Eventually.holds(
        "no call is left in any process",
        PATIENCE,
        () -> front.grpc().underWay() == 0 && back.grpc().underWay() == 0);
  }

  private static GetOrderRequest question() {
    return GetOrderRequest.newBuilder().setOrderId(UUID.randomUUID().toString()).build();
  }

  private static long in(long nanos) {
    return Ticker.system().nanos() + nanos;
  }

  private static Refusal refusal(Future<?> answer) {
    return catchThrowableOfType(
            RefusedException.class, () -> answer.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .refusal();
  }
}
