package io.pigpig.order.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pigpig.catalog.Sku;
import io.pigpig.order.LoopTools;
import io.pigpig.order.Order;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.Placement;
import io.pigpig.order.RequestedLine;
import io.pigpig.order.rpc.RemoteOrders.Placing;
import io.pigpig.order.rpc.RemoteOrders.Way;
import io.pigpig.proto.order.v1.OrderServiceOuterClass;
import io.pigpig.proto.order.v1.OrderToPlace;
import io.pigpig.proto.order.v1.PlaceOrderOutcome;
import io.pigpig.proto.order.v1.PlaceOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Orders in batches over real gRPC, to a process of orders that says what a test wants to hear:
 * what the customer of each order is told, when, and how often the process is asked.
 */
final class RemotePlacingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Sku SKU = new Sku("TEE-CLASSIC-WHITE-M");

  private final Vertx vertx = Vertx.vertx();
  private final Context server = vertx.getOrCreateContext();

  /** Every batch that came, in the order of its coming. */
  private final List<PlaceOrdersRequest> asked = new CopyOnWriteArrayList<>();

  private volatile Function<PlaceOrdersRequest, Future<PlaceOrdersResponse>> answer =
      RemotePlacingTest::placed;
  private TestCarriers carriers;

  @BeforeEach
  void open() throws Exception {
    carriers = new TestCarriers(vertx, server, Map.of(), this::service);
  }

  @AfterEach
  void close() throws Exception {
    carriers.close();
    vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private RpcService service() {
    return new RpcService(OrderServiceOuterClass.getDescriptor().findServiceByName("OrderService"))
        .batches(
            OrderContract.PLACE_MANY,
            Access.OPERATOR,
            (call, batch) -> {
              asked.add(batch);
              return answer.apply(batch);
            });
  }

  /** A refusal of the stream is given to whoever waits for it, with orders that are being made. */
  @Test
  void theStreamsRefusalIsNotThatOfAnOrder() throws Exception {
    Promise<PlaceOrdersResponse> slow = Promise.promise();
    answer =
        batch ->
            switch (asked.size()) {
              case 1 -> slow.future();
              case 2 -> Refused.with(new Refusal.InvalidRequest("a batch out of bounds"));
              default -> placed(batch);
            };
    RemoteOrders orders = remote(Pause.of(vertx), Map.of());
    PlaceOrder first = order(20_000);
    Future<Placement> made = begin(orders, first);
    Eventually.holds("the first batch is under way", PATIENCE, () -> asked.size() == 1);
    Future<Placement> refused = begin(orders, order(20_000));
    Eventually.holds("the second batch is refused", PATIENCE, () -> asked.size() >= 2);
    server.runOnContext(nothing -> slow.complete(placed(asked.getFirst()).result()));
    assertThat(await(made).order().customer()).isEqualTo("alice");
    assertThat(await(refused).order().customer()).isEqualTo("alice");
  }

  @Test
  void aProcessThatLeavesAnswersTheOrdersThatItHasBegun() throws Exception {
    Promise<PlaceOrdersResponse> slow = Promise.promise();
    answer = batch -> slow.future();
    RemoteOrders orders = remote(Pause.of(vertx), Map.of());
    Future<Placement> made = begin(orders, order(20_000));
    Eventually.holds("the batch is under way", PATIENCE, () -> asked.size() == 1);
    Promise<Void> drained = Promise.promise();
    server.runOnContext(nothing -> carriers.grpc().drain(PATIENCE).onComplete(drained));
    server.runOnContext(nothing -> slow.complete(placed(asked.getFirst()).result()));
    assertThat(await(made).order().customer()).isEqualTo("alice");
    await(drained.future());
    assertThat(asked).hasSize(1);
  }

  @Test
  void anOutcomeThatCannotBeReadLeavesItsNeighboursTheirs() throws Exception {
    answer =
        batch ->
            Future.succeededFuture(
                PlaceOrdersResponse.newBuilder()
                    .setBatchId(batch.getBatchId())
                    .addOutcomes(ofTheFuture(batch.getOrders(0)))
                    .addOutcomes(outcome(batch.getOrders(1)))
                    .addOutcomes(OrderMessages.refused(new Refusal.OutOfStock("TEE", 1)))
                    .build());
    List<Future<Placement>> answers = together(remote(Pause.of(vertx), Map.of()), 3);
    assertThat(refusal(answers.get(0))).isInstanceOf(Refusal.OutcomeUnknown.class);
    assertThat(await(answers.get(1)).order().customer()).isEqualTo("alice");
    assertThat(refusal(answers.get(2))).isEqualTo(new Refusal.OutOfStock("TEE", 1));
    assertThat(asked).hasSize(1);
  }

  @Test
  void anOrderIsAnsweredByItsOwnDeadlineWhateverThatOfItsNeighbours() throws Exception {
    answer = batch -> Promise.<PlaceOrdersResponse>promise().future();
    RemoteOrders orders = remote(Pause.of(vertx), Map.of());
    List<Future<Placement>> both = new ArrayList<>();
    carriers.call(
        () -> {
          both.add(orders.place(order(300)));
          both.add(orders.place(order(60_000)));
          return Future.succeededFuture();
        });
    assertThat(refusal(both.getFirst())).isInstanceOf(Refusal.OutcomeUnknown.class);
    assertThat(both.getLast().isComplete()).isFalse();
    assertThat(asked.getFirst().getOrdersCount()).isEqualTo(2);
  }

  @Test
  void whatAProcessThatAnswersSaysIsNotAskedAgain() {
    answer = batch -> refusedAll(batch, new Refusal.Unavailable("Postgres", Refused.RETRY_AFTER));
    RemoteOrders orders = remote(Pause.of(vertx), Map.of());
    assertThat(refusal(begin(orders, order(1_500)))).isInstanceOf(Refusal.Unavailable.class);
    assertThat(asked).hasSize(1);
  }

  /** The order may have been made and sold out what the other process then refused it for. */
  @Test
  void aRefusalAfterAnAttemptThatMayHaveWorkedIsNotBelieved() {
    answer =
        batch -> asked.size() == 1 ? lost() : refusedAll(batch, new Refusal.OutOfStock("TEE", 1));
    RemoteOrders orders = remote(Pause.of(vertx), Map.of());
    assertThat(refusal(begin(orders, order(20_000)))).isInstanceOf(Refusal.OutcomeUnknown.class);
    assertThat(asked).hasSize(2);
  }

  @Test
  void whatWasNotBegunIsNotUnknown() throws Exception {
    answer =
        batch ->
            asked.size() <= 2
                ? Refused.with(new Refusal.Overloaded("the streams", Refused.RETRY_AFTER))
                : placed(batch);
    RemoteOrders withoutBudget = remote(Pause.of(vertx), Map.of("remote.retry-reserve", "0"));
    assertThat(refusal(begin(withoutBudget, order(20_000)))).isInstanceOf(Refusal.Overloaded.class);
    RemoteOrders orders = remote(Pause.of(vertx), Map.of());
    assertThat(await(begin(orders, order(20_000))).order().customer()).isEqualTo("alice");
    assertThat(asked).hasSize(3);
  }

  @Test
  void aBatchOfTheLongestOrdersFitsIntoAMessage() {
    PlaceOrder longest =
        new PlaceOrder(
            new Principal("c".repeat(64), Role.CUSTOMER, Membership.MEMBER),
            "k".repeat(PlaceOrder.KEY_LENGTH_MAX),
            Collections.nCopies(
                PlaceOrder.LINES_MAX,
                new RequestedLine(
                    new Sku("S".repeat(48)), RequestedLine.QUANTITY_MAX, "d".repeat(64))),
            0);
    int most = OrderContract.batchMax(carriers.settings());
    PlaceOrdersRequest full =
        PlaceOrdersRequest.newBuilder()
            .setBatchId(Long.MAX_VALUE)
            .addAllOrders(
                Collections.nCopies(
                    most, OrderMessages.toPlace(longest, OrderContract.TIMEOUT_MILLIS_MAX)))
            .build();
    assertThat(most).isEqualTo(OrderContract.BATCH_MAX);
    assertThat(full.getSerializedSize())
        .isLessThan(carriers.settings().messageMax())
        .isBetween(
            most * OrderMessages.TO_PLACE_BYTES_MAX - 1,
            32 + most * OrderMessages.TO_PLACE_BYTES_MAX);
    RpcSettings narrow = SettingsReader.read(RpcSettings.class, Map.of("message-max", "65536"));
    assertThat(OrderContract.batchMax(narrow)).isEqualTo(10);
    RpcSettings none = SettingsReader.read(RpcSettings.class, Map.of("message-max", "6000"));
    assertThatThrownBy(() -> OrderContract.batchMax(none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grpc.message-max 6000");
  }

  @Test
  void whatIsLostIsAskedAgainWithinABudget() {
    answer = batch -> lost();
    RemoteOrders orders =
        remote(Pause.of(vertx), Map.of("remote.retry-reserve", "5", "remote.retry-percent", "10"));
    for (int i = 0; i < 20; i++) {
      assertThat(refusal(begin(orders, order(20_000)))).isInstanceOf(Refusal.OutcomeUnknown.class);
    }
    assertThat(asked).hasSizeBetween(20 + 5, 20 + 5 + 2);
  }

  @Test
  void pausesBetweenAttemptsGrowAndAreNotTheSame() throws Exception {
    List<Long> pauses = new CopyOnWriteArrayList<>();
    Pause counted =
        millis -> {
          pauses.add(millis);
          return Pause.of(vertx).millis(1);
        };
    answer = batch -> asked.size() <= 30 ? lost() : placed(batch);
    RemoteOrders orders =
        remote(counted, Map.of("late-every", "7ms", "remote.retry-reserve", "100"));
    assertThat(await(begin(orders, order(20_000))).order().customer()).isEqualTo("alice");
    // The one that lets go of late callers is no pause between attempts.
    List<Long> between = pauses.stream().filter(millis -> millis != 7).toList();
    assertThat(between).hasSizeGreaterThan(25);
    assertThat(between.getFirst()).isBetween(1L, 50L);
    assertThat(between).allMatch(millis -> millis <= 1_000);
    assertThat(between).anyMatch(millis -> millis > 200);
    assertThat(between.stream().distinct().count()).isGreaterThan(10);
  }

  @Test
  void anOrderThatPausesBetweenAttemptsIsUnderWay() throws Exception {
    Promise<Void> pause = Promise.promise();
    List<Long> pauses = new CopyOnWriteArrayList<>();
    Pause held =
        millis -> {
          pauses.add(millis);
          return millis == 10_000 ? Promise.<Void>promise().future() : pause.future();
        };
    answer = batch -> asked.size() == 1 ? lost() : placed(batch);
    RemoteOrders orders = remote(held, Map.of("late-every", "10s"));
    Future<Placement> placed = begin(orders, order(20_000));
    Eventually.holds(
        "it pauses", PATIENCE, () -> pauses.stream().anyMatch(millis -> millis != 10_000));
    Future<Void> drained = carriers.begin(orders::drained);
    carriers.call(Future::succeededFuture);
    assertThat(drained.isComplete()).as("no order is under way").isFalse();
    carriers.client().runOnContext(nothing -> pause.complete());
    assertThat(await(placed).order().customer()).isEqualTo("alice");
    await(drained);
  }

  /**
   * @param settings of orders
   */
  private RemoteOrders remote(Pause pause, Map<String, String> settings) {
    return new RemoteOrders(
        new Way(carriers.byGrpc(), Placing.BATCHED),
        new RemoteOrders.Settings(
            SettingsReader.read(OrderSettings.class, settings), carriers.settings()),
        new LoopTools(Ticker.system(), InstantSource.system(), pause, RandomGenerator.getDefault()),
        new Loop(carriers.client()));
  }

  private Future<Placement> begin(RemoteOrders orders, PlaceOrder order) {
    return carriers.begin(() -> orders.place(order));
  }

  /** So many orders in one turn of the loop, and so in one batch. */
  private List<Future<Placement>> together(RemoteOrders orders, int count) {
    List<Promise<Placement>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(Promise.promise());
    }
    carriers
        .client()
        .runOnContext(
            nothing -> answers.forEach(each -> orders.place(order(20_000)).onComplete(each)));
    return answers.stream().map(Promise::future).toList();
  }

  private static PlaceOrder order(long millis) {
    return new PlaceOrder(
        ALICE,
        UUID.randomUUID().toString(),
        List.of(new RequestedLine(SKU, 1, null)),
        Ticker.system().nanos() + TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** A batch of which nobody can say what became of it. */
  private static Future<PlaceOrdersResponse> lost() {
    return Refused.with(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER));
  }

  private static Future<PlaceOrdersResponse> placed(PlaceOrdersRequest batch) {
    PlaceOrdersResponse.Builder answer =
        PlaceOrdersResponse.newBuilder().setBatchId(batch.getBatchId());
    batch.getOrdersList().forEach(order -> answer.addOutcomes(outcome(order)));
    return Future.succeededFuture(answer.build());
  }

  private static Future<PlaceOrdersResponse> refusedAll(PlaceOrdersRequest batch, Refusal refusal) {
    PlaceOrdersResponse.Builder answer =
        PlaceOrdersResponse.newBuilder().setBatchId(batch.getBatchId());
    batch.getOrdersList().forEach(order -> answer.addOutcomes(OrderMessages.refused(refusal)));
    return Future.succeededFuture(answer.build());
  }

  private static PlaceOrderOutcome outcome(OrderToPlace order) {
    Order placed = StandingOrders.order(order.getCustomer(), OrderStatus.PENDING_PAYMENT);
    return OrderMessages.placed(new Placement(placed, Placement.Origin.PLACED));
  }

  /** With a status that this version does not know. */
  private static PlaceOrderOutcome ofTheFuture(OrderToPlace order) {
    PlaceOrderResponse.Builder placed = outcome(order).getPlaced().toBuilder();
    placed.getOrderBuilder().setStatusValue(99);
    return PlaceOrderOutcome.newBuilder().setPlaced(placed).build();
  }

  private static Refusal refusal(Future<?> answer) {
    RefusedException refused = catchThrowableOfType(RefusedException.class, () -> await(answer));
    return refused.refusal();
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
