package io.pigpig.edge.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.pigpig.edge.GrpcCalls;
import io.pigpig.edge.TestStack;
import io.pigpig.proto.order.v1.CancelOrderRequest;
import io.pigpig.proto.order.v1.CancelOrderResponse;
import io.pigpig.proto.order.v1.CancelSagaRequest;
import io.pigpig.proto.order.v1.CancelSagaResponse;
import io.pigpig.proto.order.v1.GetOrderRequest;
import io.pigpig.proto.order.v1.GetOrderResponse;
import io.pigpig.proto.order.v1.GetSagaRequest;
import io.pigpig.proto.order.v1.GetSagaResponse;
import io.pigpig.proto.order.v1.GetTimelineRequest;
import io.pigpig.proto.order.v1.GetTimelineResponse;
import io.pigpig.proto.order.v1.GiveHintRequest;
import io.pigpig.proto.order.v1.GiveHintResponse;
import io.pigpig.proto.order.v1.ListChangesRequest;
import io.pigpig.proto.order.v1.ListChangesResponse;
import io.pigpig.proto.order.v1.ListOrdersRequest;
import io.pigpig.proto.order.v1.ListOrdersResponse;
import io.pigpig.proto.order.v1.ListSagasRequest;
import io.pigpig.proto.order.v1.ListSagasResponse;
import io.pigpig.proto.order.v1.Order;
import io.pigpig.proto.order.v1.OrderServiceOuterClass;
import io.pigpig.proto.order.v1.OrderStatus;
import io.pigpig.proto.order.v1.OrderToPlace;
import io.pigpig.proto.order.v1.PayOrderRequest;
import io.pigpig.proto.order.v1.PayOrderResponse;
import io.pigpig.proto.order.v1.Peer;
import io.pigpig.proto.order.v1.PlaceOrderRequest;
import io.pigpig.proto.order.v1.PlaceOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.proto.order.v1.RequestedLine;
import io.pigpig.proto.order.v1.RetrySagaRequest;
import io.pigpig.proto.order.v1.RetrySagaResponse;
import io.pigpig.proto.order.v1.RunAuditRequest;
import io.pigpig.proto.order.v1.RunAuditResponse;
import io.pigpig.proto.order.v1.SagaServiceOuterClass;
import io.pigpig.proto.order.v1.WatchOrderRequest;
import io.pigpig.proto.order.v1.WatchOrderResponse;
import io.pigpig.proto.render.v1.FindDesignRequest;
import io.pigpig.proto.render.v1.FindDesignResponse;
import io.pigpig.proto.render.v1.PrintDesignRequest;
import io.pigpig.proto.render.v1.PrintDesignResponse;
import io.pigpig.proto.render.v1.RenderDesignRequest;
import io.pigpig.proto.render.v1.RenderDesignResponse;
import io.pigpig.proto.render.v1.RenderServiceOuterClass;
import io.pigpig.proto.render.v1.StoreDesignRequest;
import io.pigpig.proto.render.v1.StoreDesignResponse;
import io.pigpig.proto.stock.v1.BatchCheckStockRequest;
import io.pigpig.proto.stock.v1.BatchCheckStockResponse;
import io.pigpig.proto.stock.v1.CancelHoldRequest;
import io.pigpig.proto.stock.v1.CancelHoldResponse;
import io.pigpig.proto.stock.v1.CheckStockRequest;
import io.pigpig.proto.stock.v1.CheckStockResponse;
import io.pigpig.proto.stock.v1.ConfirmHoldRequest;
import io.pigpig.proto.stock.v1.ConfirmHoldResponse;
import io.pigpig.proto.stock.v1.HoldCode;
import io.pigpig.proto.stock.v1.HoldLine;
import io.pigpig.proto.stock.v1.HoldStockRequest;
import io.pigpig.proto.stock.v1.HoldStockResponse;
import io.pigpig.proto.stock.v1.SetStockRequest;
import io.pigpig.proto.stock.v1.SetStockResponse;
import io.pigpig.proto.stock.v1.StockServiceOuterClass;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** grpc-java drives every rpc of the contracts, and makes the mistakes that callers make. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EveryRpc {

  private static final String ORDERS = "pigpig.order.v1.OrderService/";
  private static final String SAGAS = "pigpig.order.v1.SagaService/";
  private static final String STOCK = "pigpig.stock.v1.StockService/";
  private static final String RENDER = "pigpig.render.v1.RenderService/";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String SKU = "TEE-CLASSIC-WHITE-M";

  private final TestStack stack;
  private final int hops;
  private final GrpcJava grpc;
  private final Channel ann;
  private final Channel operator;

  /**
   * @param hops processes that a call for stock goes through
   */
  EveryRpc(TestStack stack, int hops) {
    this.stack = stack;
    this.hops = hops;
    grpc = new GrpcJava(stack.process().grpcPort());
    ann = grpc.as(stack.token("ann", "customer"));
    operator = grpc.as(stack.token("ops", "operator"));
  }

  @AfterAll
  void stop() throws Exception {
    grpc.close();
    stack.close();
  }

  @Test
  void everyRpcAnswers() throws Exception {
    orders();
    sagas();
    stock();
    designs();
    Set<String> all = new HashSet<>();
    for (FileDescriptor file :
        List.of(
            OrderServiceOuterClass.getDescriptor(),
            SagaServiceOuterClass.getDescriptor(),
            StockServiceOuterClass.getDescriptor(),
            RenderServiceOuterClass.getDescriptor())) {
      file.getServices()
          .forEach(
              service ->
                  service
                      .getMethods()
                      .forEach(rpc -> all.add(service.getFullName() + "/" + rpc.getName())));
    }
    assertThat(grpc.called()).containsAll(all);
  }

  private void orders() throws Exception {
    String key = key();
    PlaceOrderResponse placed = place(ann, key, 2);
    assertThat(placed.getReplayed()).isFalse();
    assertThat(place(ann, key, 2)).isEqualTo(placed.toBuilder().setReplayed(true).build());
    String id = placed.getOrder().getOrderId();
    Order order =
        grpc.call(
                ann,
                ORDERS + "GetOrder",
                GetOrderRequest.newBuilder().setOrderId(id).build(),
                GetOrderResponse.getDefaultInstance())
            .getOrder();
    assertThat(order).isEqualTo(placed.getOrder());
    assertThat(
            grpc.call(
                    ann,
                    ORDERS + "ListOrders",
                    ListOrdersRequest.newBuilder().setLimit(5).build(),
                    ListOrdersResponse.getDefaultInstance())
                .getOrdersList())
        .contains(order);
    PayOrderRequest payment =
        PayOrderRequest.newBuilder().setOrderId(id).setMethod("sandbox").setToken("tok_ok").build();
    assertThat(
            grpc.call(ann, ORDERS + "PayOrder", payment, PayOrderResponse.getDefaultInstance())
                .getOrder()
                .getStatus())
        .isEqualTo(OrderStatus.ORDER_STATUS_PAID);
    List<WatchOrderResponse> watched =
        grpc.stream(
            ann,
            ORDERS + "WatchOrder",
            WatchOrderRequest.newBuilder().setOrderId(id).build(),
            WatchOrderResponse.getDefaultInstance());
    assertThat(watched.stream().map(each -> each.getChange().getStatus()))
        .containsExactly(
            OrderStatus.ORDER_STATUS_PENDING_PAYMENT,
            OrderStatus.ORDER_STATUS_PAID,
            OrderStatus.ORDER_STATUS_IN_PRODUCTION,
            OrderStatus.ORDER_STATUS_SHIPPED);
    assertThat(
            grpc.call(
                    ann,
                    ORDERS + "GetTimeline",
                    GetTimelineRequest.newBuilder().setOrderId(id).setAfterSequence(3).build(),
                    GetTimelineResponse.getDefaultInstance())
                .getChangesList())
        .containsExactly(watched.getLast().getChange());
    assertThat(
            grpc.call(
                    operator,
                    ORDERS + "ListChanges",
                    ListChangesRequest.newBuilder().addOrderIds(id).setAfterSequence(1).build(),
                    ListChangesResponse.getDefaultInstance())
                .getOrders(0)
                .getChangesCount())
        .isEqualTo(3);
    String other = place(ann, key(), 1).getOrder().getOrderId();
    assertThat(
            grpc.call(
                    ann,
                    ORDERS + "CancelOrder",
                    CancelOrderRequest.newBuilder().setOrderId(other).build(),
                    CancelOrderResponse.getDefaultInstance())
                .getOrder()
                .getStatus())
        .isEqualTo(OrderStatus.ORDER_STATUS_CANCELLED);
    batches();
  }

  private void batches() throws Exception {
    String key = key();
    List<PlaceOrdersRequest> batches =
        List.of(batch(1, key, key()), batch(2, key(), "short"), batch(3, key));
    List<PlaceOrdersResponse> answers =
        grpc.duplex(
            operator, ORDERS + "PlaceOrders", batches, PlaceOrdersResponse.getDefaultInstance());
    assertThat(answers.stream().map(PlaceOrdersResponse::getBatchId))
        .containsExactlyInAnyOrder(1L, 2L, 3L);
    for (PlaceOrdersResponse answer : answers) {
      if (answer.getBatchId() == 2) {
        assertThat(answer.getOutcomes(0).hasPlaced()).isTrue();
        assertThat(answer.getOutcomes(1).getRefused().getCode()).isEqualTo("INVALID_REQUEST");
      } else {
        assertThat(answer.getOutcomes(0).hasPlaced()).isTrue();
      }
    }
  }

  private static PlaceOrdersRequest batch(long id, String... keys) {
    PlaceOrdersRequest.Builder batch = PlaceOrdersRequest.newBuilder().setBatchId(id);
    for (String key : keys) {
      batch.addOrders(
          OrderToPlace.newBuilder()
              .setCustomer("bea")
              .setOrder(order(key, 1))
              .setTimeoutMillis(20_000));
    }
    return batch.build();
  }

  private void sagas() {
    String id = place(ann, key(), 1).getOrder().getOrderId();
    grpc.call(
        ann,
        ORDERS + "PayOrder",
        PayOrderRequest.newBuilder().setOrderId(id).setMethod("sandbox").setToken("tok_ok").build(),
        PayOrderResponse.getDefaultInstance());
    grpc.call(
        operator,
        SAGAS + "GiveHint",
        GiveHintRequest.newBuilder()
            .setOrderId(id)
            .setPeer(Peer.PEER_PAYMENT)
            .setSequence(1)
            .build(),
        GiveHintResponse.getDefaultInstance());
    grpc.call(
        operator,
        SAGAS + "ListSagas",
        ListSagasRequest.newBuilder().setLimit(100).build(),
        ListSagasResponse.getDefaultInstance());
    assertThat(
            grpc.call(
                    operator,
                    SAGAS + "GetSaga",
                    GetSagaRequest.newBuilder().setOrderId(id).build(),
                    GetSagaResponse.getDefaultInstance())
                .getSaga()
                .getOrderId())
        .isEqualTo(id);
    grpc.stream(
        ann,
        ORDERS + "WatchOrder",
        WatchOrderRequest.newBuilder().setOrderId(id).build(),
        WatchOrderResponse.getDefaultInstance());
    // Its saga has ended by now, or will presently: both are refused in their own words.
    StatusRuntimeException late =
        refused(
            () ->
                grpc.call(
                    operator,
                    SAGAS + "CancelSaga",
                    CancelSagaRequest.newBuilder().setOrderId(id).build(),
                    CancelSagaResponse.getDefaultInstance()));
    assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    StatusRuntimeException unknown =
        refused(
            () ->
                grpc.call(
                    operator,
                    SAGAS + "RetrySaga",
                    RetrySagaRequest.newBuilder().setOrderId(new UUID(1, 1).toString()).build(),
                    RetrySagaResponse.getDefaultInstance()));
    assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(
            grpc.call(
                    operator,
                    SAGAS + "RunAudit",
                    RunAuditRequest.getDefaultInstance(),
                    RunAuditResponse.getDefaultInstance())
                .getChecksList())
        .isNotEmpty()
        .allMatch(check -> check.getViolations() == 0);
  }

  private void stock() {
    String sku = "TANK-NAVY-L";
    assertThat(
            grpc.call(
                    operator,
                    STOCK + "SetStock",
                    SetStockRequest.newBuilder().setSku(sku).setTotal(500).build(),
                    SetStockResponse.getDefaultInstance())
                .getLevel()
                .getTotal())
        .isEqualTo(500);
    String id = UUID.randomUUID().toString();
    HoldStockRequest hold =
        HoldStockRequest.newBuilder()
            .setOrderId(id)
            .addLines(HoldLine.newBuilder().setSku(sku).setQuantity(3))
            .setTimeMillis(60_000)
            .build();
    HoldStockResponse none = HoldStockResponse.getDefaultInstance();
    assertThat(grpc.call(operator, STOCK + "HoldStock", hold, none).getCode())
        .isEqualTo(HoldCode.HOLD_CODE_HELD);
    assertThat(grpc.call(operator, STOCK + "HoldStock", hold, none).getCode())
        .isEqualTo(HoldCode.HOLD_CODE_EXISTS);
    assertThat(
            grpc.call(
                    operator,
                    STOCK + "ConfirmHold",
                    ConfirmHoldRequest.newBuilder().setOrderId(id).build(),
                    ConfirmHoldResponse.getDefaultInstance())
                .getCode())
        .isEqualTo(HoldCode.HOLD_CODE_CONFIRMED);
    assertThat(
            grpc.call(
                    operator,
                    STOCK + "CancelHold",
                    CancelHoldRequest.newBuilder().setOrderId(UUID.randomUUID().toString()).build(),
                    CancelHoldResponse.getDefaultInstance())
                .getCode())
        .isEqualTo(HoldCode.HOLD_CODE_CANCELLED);
    Channel anybody = grpc.as("");
    assertThat(
            grpc.call(
                    anybody,
                    STOCK + "CheckStock",
                    CheckStockRequest.newBuilder().setSku(sku).build(),
                    CheckStockResponse.getDefaultInstance())
                .getLevel()
                .getSold())
        .isEqualTo(3);
    BatchCheckStockRequest many =
        BatchCheckStockRequest.newBuilder()
            .addAllSkus(Collections.nCopies(9_998, "NO-SUCH-SKU"))
            .addSkus(sku)
            .addSkus(SKU)
            .build();
    assertThat(
            grpc.stream(
                    anybody,
                    STOCK + "BatchCheckStock",
                    many,
                    BatchCheckStockResponse.getDefaultInstance())
                .stream()
                .map(each -> each.getLevel().getSku()))
        .containsExactlyInAnyOrder(sku, SKU);
  }

  private void designs() {
    ByteString json =
        ByteString.copyFrom(
            "{\"template\":\"tee-classic\",\"garmentColor\":\"#FFFFFF\",\"layers\":[]}",
            StandardCharsets.UTF_8);
    String id =
        grpc.call(
                ann,
                RENDER + "StoreDesign",
                StoreDesignRequest.newBuilder().setJson(json).build(),
                StoreDesignResponse.getDefaultInstance())
            .getDesignId();
    assertThat(
            grpc.call(
                    ann,
                    RENDER + "FindDesign",
                    FindDesignRequest.newBuilder().setDesignId(id).build(),
                    FindDesignResponse.getDefaultInstance())
                .getStored())
        .isTrue();
    List<RenderDesignResponse> pieces =
        grpc.stream(
            ann,
            RENDER + "RenderDesign",
            RenderDesignRequest.newBuilder().setDesignId(id).setWidthPixels(1_024).build(),
            RenderDesignResponse.getDefaultInstance());
    assertThat(pieces.getFirst().getChunk().substring(1, 4).toStringUtf8()).isEqualTo("PNG");
    grpc.call(
        operator,
        RENDER + "PrintDesign",
        PrintDesignRequest.newBuilder().setDesignId(id).build(),
        PrintDesignResponse.getDefaultInstance());
  }

  @Test
  void everyMistakeIsRefusedByACodeThatTheContractNames() throws Exception {
    Mistakes mistakes = new Mistakes(stack, grpc);
    mistakes.inOrders();
    mistakes.inSagas();
    mistakes.inStock();
    mistakes.inDesigns();
    mistakes.inVouching();
    assertThat(
            refused(
                    () ->
                        grpc.call(
                            ann,
                            ORDERS + "NoSuchRpc",
                            GetOrderRequest.getDefaultInstance(),
                            GetOrderResponse.getDefaultInstance()))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void anOperatorBuysForWhomItVouchesAtThatOnesPrice() {
    Channel vouching =
        grpc.as(
            stack.token("ops", "operator"),
            Map.of("pigpig-customer", "bea", "pigpig-role", "customer", "pigpig-member", "true"));
    Order placed = place(vouching, key(), 1).getOrder();
    assertThat(placed.getCustomer()).isEqualTo("bea");
    assertThat(placed.getTotalCents()).isLessThan(place(ann, key(), 1).getOrder().getTotalCents());
    Order seen =
        grpc.call(
                grpc.as(stack.token("bea", "customer")),
                ORDERS + "GetOrder",
                GetOrderRequest.newBuilder().setOrderId(placed.getOrderId()).build(),
                GetOrderResponse.getDefaultInstance())
            .getOrder();
    assertThat(seen).isEqualTo(placed);
  }

  /** The client says when it stops waiting and does not: whatever ends the call, is the server. */
  @Test
  void aDeadlineIsKeptByTheServerAndTheKeyFindsTheOrder() throws Exception {
    String sku = "HOODIE-GREEN-XXL";
    PlaceOrderRequest order =
        PlaceOrderRequest.newBuilder()
            .setIdempotencyKey(key())
            .addLines(RequestedLine.newBuilder().setSku(sku).setQuantity(1))
            .build();
    PlaceOrderResponse none = PlaceOrderResponse.getDefaultInstance();
    Channel brief = grpc.as(stack.token("ann", "customer"), Map.of("grpc-timeout", "700m"));
    try (Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()))) {
      locker.setAutoCommit(false);
      try (var statement = locker.createStatement()) {
        statement.execute("SELECT 1 FROM stock WHERE sku = '" + sku + "' FOR UPDATE");
      }
      StatusRuntimeException late =
          refused(
              () ->
                  ClientCalls.blockingUnaryCall(
                      brief,
                      grpc.method(
                          MethodType.UNARY,
                          ORDERS + "PlaceOrder",
                          PlaceOrderRequest.getDefaultInstance(),
                          none),
                      CallOptions.DEFAULT,
                      order));
      assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      assertThat(GrpcJava.reason(late)).isEqualTo("OUTCOME_UNKNOWN");
      locker.rollback();
    }
    GrpcCalls places = new GrpcCalls(stack, ORDERS + "PlaceOrder");
    Eventually.holds(
        "it has ended where it came in",
        PATIENCE,
        () -> places.processesWith("DEADLINE_EXCEEDED") == 1 && places.processesAtIt() == 0);
    PlaceOrderResponse found = placedInTheEnd(order);
    assertThat(grpc.call(ann, ORDERS + "PlaceOrder", order, none).getOrder())
        .isEqualTo(found.getOrder());
  }

  /** The first attempt may still be under way, and then asking again is refused for now. */
  private PlaceOrderResponse placedInTheEnd(PlaceOrderRequest order) {
    List<PlaceOrderResponse> placed = new ArrayList<>();
    Eventually.holds(
        "the key finds its order",
        PATIENCE,
        () -> {
          try {
            placed.add(
                grpc.call(
                    ann, ORDERS + "PlaceOrder", order, PlaceOrderResponse.getDefaultInstance()));
          } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode())
                .isIn(Status.Code.ABORTED, Status.Code.DEADLINE_EXCEEDED, Status.Code.UNAVAILABLE);
          }
          return !placed.isEmpty();
        });
    return placed.getFirst();
  }

  @Test
  void aCallThatIsGivenUpEndsInEveryProcessItCameThrough() throws Exception {
    String sku = "HOODIE-GREEN-XL";
    try (Connection locker = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()))) {
      locker.setAutoCommit(false);
      try (var statement = locker.createStatement()) {
        statement.execute("SELECT 1 FROM stock WHERE sku = '" + sku + "' FOR UPDATE");
      }
      Future<SetStockResponse> waiting =
          ClientCalls.futureUnaryCall(
              operator.newCall(
                  grpc.method(
                      MethodType.UNARY,
                      STOCK + "SetStock",
                      SetStockRequest.getDefaultInstance(),
                      SetStockResponse.getDefaultInstance()),
                  CallOptions.DEFAULT),
              SetStockRequest.newBuilder().setSku(sku).setTotal(1_000).build());
      GrpcCalls sets = new GrpcCalls(stack, STOCK + "SetStock");
      Eventually.holds(
          "the call is under way in " + hops + " processes",
          PATIENCE,
          () -> sets.processesAtIt() == hops);
      waiting.cancel(true);
      Eventually.holds(
          "it is given up in all of them", PATIENCE, () -> sets.processesWith("CANCELLED") == hops);
      locker.rollback();
    }
  }

  @Test
  void healthAndReflectionAnswer() throws Exception {
    HealthCheckResponse health =
        grpc.call(
            grpc.as(""),
            "grpc.health.v1.Health/Check",
            HealthCheckRequest.newBuilder().setService("pigpig.order.v1.OrderService").build(),
            HealthCheckResponse.getDefaultInstance());
    assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    List<ServerReflectionResponse> listed =
        grpc.duplex(
            grpc.as(""),
            "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            List.of(ServerReflectionRequest.newBuilder().setListServices("").build()),
            ServerReflectionResponse.getDefaultInstance());
    assertThat(listed.getFirst().getListServicesResponse().getServiceList())
        .anyMatch(service -> service.getName().equals("pigpig.stock.v1.StockService"));
  }

  private PlaceOrderResponse place(Channel by, String key, int quantity) {
    return grpc.call(
        by, ORDERS + "PlaceOrder", order(key, quantity), PlaceOrderResponse.getDefaultInstance());
  }

  private static PlaceOrderRequest order(String key, int quantity) {
    return PlaceOrderRequest.newBuilder()
        .setIdempotencyKey(key)
        .addLines(RequestedLine.newBuilder().setSku(SKU).setQuantity(quantity))
        .build();
  }

  private static StatusRuntimeException refused(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }
}
