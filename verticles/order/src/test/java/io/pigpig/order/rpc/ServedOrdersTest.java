package io.pigpig.order.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Message;
import io.pigpig.order.Order;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.Placement;
import io.pigpig.proto.order.v1.GetOrderRequest;
import io.pigpig.proto.order.v1.GetOrderResponse;
import io.pigpig.proto.order.v1.GetTimelineRequest;
import io.pigpig.proto.order.v1.ListChangesRequest;
import io.pigpig.proto.order.v1.ListOrdersRequest;
import io.pigpig.proto.order.v1.OrderToPlace;
import io.pigpig.proto.order.v1.PayOrderRequest;
import io.pigpig.proto.order.v1.PlaceOrderOutcome;
import io.pigpig.proto.order.v1.PlaceOrderRequest;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.proto.order.v1.RequestedLine;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.rpc.grpc.GrpcCaller;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may ask orders what, how much of it, and for whom, over real gRPC. */
final class ServedOrdersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int CALLS_MAX = 3;
  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.MEMBER);
  private static final String ID = UUID.randomUUID().toString();

  private final Vertx vertx = Vertx.vertx();
  private final Context server = vertx.getOrCreateContext();
  private final Answering orders = new Answering();
  private TestCarriers carriers;

  /** Remembers for whom it is asked, and answers a look-up when a test lets it. */
  private static final class Answering extends StandingOrders {

    private final List<Principal> viewers = new CopyOnWriteArrayList<>();
    private final Promise<Void> held = Promise.promise();
    private volatile boolean isHeld;

    @Override
    public Future<Order> find(UUID orderId, Principal viewer) {
      viewers.add(viewer);
      Order order = order(viewer.customer(), OrderStatus.PAID);
      return isHeld ? held.future().map(order) : Future.succeededFuture(order);
    }

    @Override
    public Future<Placement> place(PlaceOrder request) {
      Order order = order(request.principal().customer(), OrderStatus.PENDING_PAYMENT);
      return Future.succeededFuture(new Placement(order, Placement.Origin.PLACED));
    }
  }

  @BeforeEach
  void open() throws Exception {
    carriers =
        new TestCarriers(
            vertx,
            server,
            Map.of("calls-max", "" + CALLS_MAX, "lasting-max", "" + CALLS_MAX),
            () -> ServedOrders.of(orders, Ticker.system(), Pause.of(vertx), Duration.ofMillis(20)));
  }

  @AfterEach
  void close() throws Exception {
    carriers.close();
    vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void anOperatorAsksForWhomItVouches() throws Exception {
    assertThat(found(carriers.byGrpc(), ALICE).getOrder().getCustomer()).isEqualTo("alice");
    assertThat(found(carriers.byGrpc(), null).getOrder().getCustomer()).isEqualTo("ops");
    assertThat(orders.viewers)
        .containsExactly(ALICE, new Principal("ops", Role.OPERATOR, Membership.NONE));
  }

  @Test
  void whoeverElseVouchesIsRefusedAlsoForItself() throws Exception {
    RpcCaller bob = as("customer-bob");
    assertThat(found(bob, null).getOrder().getCustomer()).isEqualTo("bob");
    Principal itself = new Principal("bob", Role.CUSTOMER, Membership.NONE);
    for (Principal other : List.of(ALICE, itself)) {
      assertThat(refusal(bob, OrderContract.GET, get(ID), other))
          .isEqualTo(new Refusal.Forbidden("only an operator asks on behalf of somebody else"));
    }
    assertThat(orders.viewers).hasSize(1);
    carriers.call(bob::close);
  }

  @Test
  void operatorsDoNotBuyAndCustomersSendNoBatches() throws Exception {
    RpcCaller bob = as("customer-bob");
    Refusal notForOperators = new Refusal.Forbidden("this is not for the role OPERATOR");
    Refusal notForCustomers = new Refusal.Forbidden("this is not for the role CUSTOMER");
    assertThat(refusal(carriers.byGrpc(), OrderContract.PLACE, place(1), null))
        .isEqualTo(notForOperators);
    assertThat(refusal(carriers.byGrpc(), OrderContract.PAY, pay("sandbox", "tok_ok"), null))
        .isEqualTo(notForOperators);
    assertThat(refusal(bob, OrderContract.CHANGES, changes(ID, 1), null))
        .isEqualTo(notForCustomers);
    carriers.call(bob::close);
  }

  @Test
  void oneCallMoreThanThereMayBeIsRefusedAndTheOthersAreAnswered() throws Exception {
    orders.isHeld = true;
    List<Future<GetOrderResponse>> answers = new ArrayList<>();
    for (int i = 0; i < CALLS_MAX; i++) {
      answers.add(carriers.begin(() -> carriers.byGrpc().call(OrderContract.GET, get(ID), ALICE)));
    }
    Eventually.holds("all under way", PATIENCE, () -> orders.viewers.size() == CALLS_MAX);
    assertThat(refusal(carriers.byGrpc(), OrderContract.GET, get(ID), ALICE))
        .isInstanceOf(Refusal.Overloaded.class);
    server.runOnContext(nothing -> orders.held.complete());
    for (Future<GetOrderResponse> answer : answers) {
      assertThat(answer.await(30, TimeUnit.SECONDS).getOrder().getCustomer()).isEqualTo("alice");
    }
    orders.isHeld = false;
    Eventually.holds("none under way", PATIENCE, () -> carriers.grpc().underWay() == 0);
    assertThat(found(carriers.byGrpc(), ALICE).getOrder().getCustomer()).isEqualTo("alice");
  }

  /** A question and what is wrong with it. */
  record Mistake(String title, RpcMethod<?, ?> method, Message question) {
    @Override
    public String toString() {
      return title;
    }
  }

  static Stream<Mistake> invalid() {
    return Stream.of(
        new Mistake("an order of no line", OrderContract.PLACE, place(0)),
        new Mistake("an order of 51 lines", OrderContract.PLACE, place(51)),
        new Mistake("a page of 0", OrderContract.LIST, page(0, null)),
        new Mistake("a page of 101", OrderContract.LIST, page(101, null)),
        new Mistake("a cursor in short", OrderContract.LIST, page(1, "1-1-1-1-1")),
        new Mistake("another method", OrderContract.PAY, pay("card", "tok_ok")),
        new Mistake("no token", OrderContract.PAY, pay("sandbox", "")),
        new Mistake("a token of 65", OrderContract.PAY, pay("sandbox", "t".repeat(65))),
        new Mistake("a sequence below 0", OrderContract.TIMELINE, timeline(-1)),
        new Mistake("changes of nothing", OrderContract.CHANGES, changes(null, 1)),
        new Mistake("changes from the placement on", OrderContract.CHANGES, changes(ID, 0)),
        new Mistake("changes of no id", OrderContract.CHANGES, changes("nonsense", 1)));
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void whatIsOutOfTheContractsBoundsIsInvalid(Mistake mistake) {
    Principal by = mistake.method().equals(OrderContract.CHANGES) ? null : ALICE;
    assertThat(refusal(carriers.byGrpc(), mistake.method(), mistake.question(), by))
        .isInstanceOf(Refusal.InvalidRequest.class);
  }

  @Test
  void whatIsNoIdOfAnOrderIsNotFound() {
    for (String id : List.of("", "nonsense", "1-1-1-1-1", ID.substring(1) + "F")) {
      assertThat(refusal(carriers.byGrpc(), OrderContract.GET, get(id), ALICE))
          .isEqualTo(new Refusal.NotFound("there is no such order"));
    }
  }

  @Test
  void aBatchOutOfBoundsRefusesItsOrdersAndNoOthers() throws Exception {
    OrderToPlace fine =
        OrderToPlace.newBuilder()
            .setCustomer("alice")
            .setTimeoutMillis(20_000)
            .setOrder(place(1))
            .build();
    List<OrderToPlace> many = Collections.nCopies(257, fine);
    assertThat(outcomes(many)).hasSize(256).allMatch(ServedOrdersTest::isInvalid);
    List<OrderToPlace> mixed =
        List.of(
            fine,
            fine.toBuilder().setTimeoutMillis(0).build(),
            fine.toBuilder().setTimeoutMillis(60_001).build(),
            fine.toBuilder().setCustomer("no such customer").build(),
            fine.toBuilder().setTimeoutMillis(60_000).build());
    List<PlaceOrderOutcome> outcomes = outcomes(mixed);
    assertThat(outcomes.stream().map(PlaceOrderOutcome::hasPlaced))
        .containsExactly(true, false, false, false, true);
    assertThat(outcomes.subList(1, 4)).allMatch(ServedOrdersTest::isInvalid);
  }

  @Test
  void aBatchWithoutOrdersIsNotAnswered() {
    assertThatThrownBy(() -> outcomes(List.of()))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refusal()).isInstanceOf(Refusal.OutcomeUnknown.class));
  }

  private static boolean isInvalid(PlaceOrderOutcome outcome) {
    return outcome.getRefused().getCode().equals("INVALID_REQUEST");
  }

  private List<PlaceOrderOutcome> outcomes(List<OrderToPlace> batch) throws Exception {
    return carriers
        .call(
            () ->
                carriers
                    .byGrpc()
                    .batch(
                        OrderContract.PLACE_MANY,
                        number ->
                            PlaceOrdersRequest.newBuilder()
                                .setBatchId(number)
                                .addAllOrders(batch)
                                .build(),
                        PlaceOrdersResponse::getBatchId,
                        Ticker.system().nanos() + PATIENCE.toNanos()))
        .getOutcomesList();
  }

  /** A caller that shows this token. */
  private RpcCaller as(String token) throws Exception {
    return carriers.call(
        () ->
            Future.succeededFuture(
                new GrpcCaller(
                    vertx,
                    TestCarriers.target("test", carriers.port(), () -> token),
                    carriers.settings(),
                    Ticker.system())));
  }

  private GetOrderResponse found(RpcCaller by, @Nullable Principal onBehalfOf) throws Exception {
    return carriers.call(() -> by.call(OrderContract.GET, get(ID), onBehalfOf));
  }

  @SuppressWarnings("unchecked")
  private Refusal refusal(
      RpcCaller by, RpcMethod<?, ?> method, Message question, @Nullable Principal onBehalfOf) {
    RpcMethod<Message, Message> asked = (RpcMethod<Message, Message>) method;
    return catchThrowableOfType(
            RefusedException.class, () -> carriers.call(() -> by.call(asked, question, onBehalfOf)))
        .refusal();
  }

  private static GetOrderRequest get(String id) {
    return GetOrderRequest.newBuilder().setOrderId(id).build();
  }

  private static PlaceOrderRequest place(int lines) {
    RequestedLine line =
        RequestedLine.newBuilder().setSku("TEE-CLASSIC-WHITE-M").setQuantity(1).build();
    return PlaceOrderRequest.newBuilder()
        .setIdempotencyKey(UUID.randomUUID().toString())
        .addAllLines(Collections.nCopies(lines, line))
        .build();
  }

  private static ListOrdersRequest page(int limit, @Nullable String before) {
    ListOrdersRequest.Builder page = ListOrdersRequest.newBuilder().setLimit(limit);
    return before == null ? page.build() : page.setBeforeOrderId(before).build();
  }

  private static PayOrderRequest pay(String method, String token) {
    return PayOrderRequest.newBuilder().setOrderId(ID).setMethod(method).setToken(token).build();
  }

  private static GetTimelineRequest timeline(int after) {
    return GetTimelineRequest.newBuilder().setOrderId(ID).setAfterSequence(after).build();
  }

  private static ListChangesRequest changes(@Nullable String id, int after) {
    ListChangesRequest.Builder changes = ListChangesRequest.newBuilder().setAfterSequence(after);
    return id == null ? changes.build() : changes.addOrderIds(id).build();
  }
}
