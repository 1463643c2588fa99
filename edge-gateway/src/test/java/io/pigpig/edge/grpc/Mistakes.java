package io.pigpig.edge.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pigpig.edge.TestStack;
import io.pigpig.proto.order.v1.CancelOrderRequest;
import io.pigpig.proto.order.v1.CancelOrderResponse;
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
import io.pigpig.proto.order.v1.PayOrderRequest;
import io.pigpig.proto.order.v1.PayOrderResponse;
import io.pigpig.proto.order.v1.Peer;
import io.pigpig.proto.order.v1.PlaceOrderRequest;
import io.pigpig.proto.order.v1.PlaceOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.proto.order.v1.RequestedLine;
import io.pigpig.proto.order.v1.WatchOrderRequest;
import io.pigpig.proto.order.v1.WatchOrderResponse;
import io.pigpig.proto.render.v1.PrintDesignRequest;
import io.pigpig.proto.render.v1.PrintDesignResponse;
import io.pigpig.proto.render.v1.RenderDesignRequest;
import io.pigpig.proto.render.v1.RenderDesignResponse;
import io.pigpig.proto.render.v1.StoreDesignRequest;
import io.pigpig.proto.render.v1.StoreDesignResponse;
import io.pigpig.proto.stock.v1.CheckStockRequest;
import io.pigpig.proto.stock.v1.CheckStockResponse;
import io.pigpig.proto.stock.v1.HoldLine;
import io.pigpig.proto.stock.v1.HoldStockRequest;
import io.pigpig.proto.stock.v1.HoldStockResponse;
import io.pigpig.proto.stock.v1.SetStockRequest;
import io.pigpig.proto.stock.v1.SetStockResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

/**
 * The mistakes that callers make, one after the other: each is refused with its status and its
 * code, and the contract names that code where the rpc is.
 */
final class Mistakes {

  private static final String ORDERS = "pigpig.order.v1.OrderService/";
  private static final String SAGAS = "pigpig.order.v1.SagaService/";
  private static final String STOCK = "pigpig.stock.v1.StockService/";
  private static final String RENDER = "pigpig.render.v1.RenderService/";
  private static final String SKU = "TEE-CLASSIC-WHITE-M";
  private static final String NOBODY = new UUID(1, 1).toString();
  private static final String NO_ID = "1-1-1-1-1";
  private static final String NO_DESIGN = "0".repeat(64);

  private final TestStack stack;
  private final GrpcJava grpc;
  private final ContractText contract;
  private final Channel ann;
  private final Channel operator;

  Mistakes(TestStack stack, GrpcJava grpc) throws IOException {
    this.stack = stack;
    this.grpc = grpc;
    this.contract = ContractText.read();
    ann = grpc.as(stack.token("ann", "customer"));
    operator = grpc.as(stack.token("ops", "operator"));
  }

  void inOrders() {
    PlaceOrderResponse placed = PlaceOrderResponse.getDefaultInstance();
    Rpc<PlaceOrderRequest> place = rpc(ORDERS + "PlaceOrder", placed);
    place.refuses(grpc.as(""), order(key(), SKU, 1), "UNAUTHENTICATED");
    place.refuses(grpc.as("no.such.token"), order(key(), SKU, 1), "UNAUTHENTICATED");
    place.refuses(operator, order(key(), SKU, 1), "FORBIDDEN");
    place.refuses(ann, order("", SKU, 1), "IDEMPOTENCY_KEY_MISSING");
    place.refuses(ann, order("short", SKU, 1), "INVALID_REQUEST");
    place.refuses(ann, order(key(), SKU, 101), "INVALID_REQUEST");
    place.refuses(ann, order(key(), "NO-SUCH-SKU", 1), "UNKNOWN_SKU");
    PlaceOrderRequest plain = order(key(), SKU, 1);
    PlaceOrderRequest printed =
        plain.toBuilder().setLines(0, plain.getLines(0).toBuilder().setDesignId(NO_DESIGN)).build();
    place.refuses(ann, printed, "UNKNOWN_DESIGN");
    refused(ORDERS + "PlaceOrders", this::placeABatchOfNone, "INVALID_REQUEST");
    grpc.call(
        operator,
        STOCK + "SetStock",
        total("HOODIE-GREEN-L", 1),
        SetStockResponse.getDefaultInstance());
    place.refuses(ann, order(key(), "HOODIE-GREEN-L", 2), "OUT_OF_STOCK");
    String key = key();
    String id =
        grpc.call(ann, ORDERS + "PlaceOrder", order(key, SKU, 1), placed).getOrder().getOrderId();
    place.refuses(ann, order(key, SKU, 2), "IDEMPOTENCY_KEY_REUSED");
    ofAnOrder(id);
    Rpc<ListOrdersRequest> list =
        rpc(ORDERS + "ListOrders", ListOrdersResponse.getDefaultInstance());
    list.refuses(ann, ListOrdersRequest.getDefaultInstance(), "INVALID_REQUEST");
    list.refuses(
        ann,
        ListOrdersRequest.newBuilder().setLimit(1).setBeforeOrderId(NO_ID).build(),
        "INVALID_REQUEST");
    Rpc<ListChangesRequest> changes =
        rpc(ORDERS + "ListChanges", ListChangesResponse.getDefaultInstance());
    ListChangesRequest.Builder after = ListChangesRequest.newBuilder().setAfterSequence(1);
    changes.refuses(ann, after.addOrderIds(id).build(), "FORBIDDEN");
    changes.refuses(operator, after.addOrderIds(NO_ID).build(), "INVALID_REQUEST");
  }

  private void ofAnOrder(String id) {
    Channel bea = grpc.as(stack.token("bea", "customer"));
    Rpc<GetOrderRequest> get = rpc(ORDERS + "GetOrder", GetOrderResponse.getDefaultInstance());
    get.refuses(bea, GetOrderRequest.newBuilder().setOrderId(id).build(), "NOT_FOUND");
    get.refuses(ann, GetOrderRequest.newBuilder().setOrderId(NO_ID).build(), "NOT_FOUND");
    Rpc<GetTimelineRequest> timeline =
        rpc(ORDERS + "GetTimeline", GetTimelineResponse.getDefaultInstance());
    timeline.refuses(bea, GetTimelineRequest.newBuilder().setOrderId(id).build(), "NOT_FOUND");
    timeline.refuses(
        ann,
        GetTimelineRequest.newBuilder().setOrderId(id).setAfterSequence(-1).build(),
        "INVALID_REQUEST");
    WatchOrderRequest watch = WatchOrderRequest.newBuilder().setOrderId(id).build();
    refused(
        ORDERS + "WatchOrder",
        () ->
            grpc.stream(bea, ORDERS + "WatchOrder", watch, WatchOrderResponse.getDefaultInstance()),
        "NOT_FOUND");
    Rpc<PayOrderRequest> pay = rpc(ORDERS + "PayOrder", PayOrderResponse.getDefaultInstance());
    pay.refuses(operator, payment(id, "tok_ok"), "FORBIDDEN");
    pay.refuses(bea, payment(id, "tok_ok"), "NOT_FOUND");
    pay.refuses(ann, payment(id, "t".repeat(65)), "INVALID_REQUEST");
    pay.refuses(
        ann, payment(id, "tok_ok").toBuilder().setMethod("card").build(), "INVALID_REQUEST");
    pay.refuses(ann, payment(id, "tok_no"), "PAYMENT_DECLINED");
    Rpc<CancelOrderRequest> cancel =
        rpc(ORDERS + "CancelOrder", CancelOrderResponse.getDefaultInstance());
    CancelOrderRequest its = CancelOrderRequest.newBuilder().setOrderId(id).build();
    cancel.refuses(bea, its, "NOT_FOUND");
    grpc.call(ann, ORDERS + "CancelOrder", its, CancelOrderResponse.getDefaultInstance());
    pay.refuses(ann, payment(id, "tok_ok"), "ORDER_NOT_PAYABLE");
  }

  void inSagas() {
    Rpc<ListSagasRequest> list = rpc(SAGAS + "ListSagas", ListSagasResponse.getDefaultInstance());
    ListSagasRequest page = ListSagasRequest.newBuilder().setLimit(1).build();
    list.refuses(ann, page, "FORBIDDEN");
    list.refuses(operator, ListSagasRequest.getDefaultInstance(), "INVALID_REQUEST");
    list.refuses(operator, page.toBuilder().setBeforeOrderId(NO_ID).build(), "INVALID_REQUEST");
    rpc(SAGAS + "GetSaga", GetSagaResponse.getDefaultInstance())
        .refuses(operator, GetSagaRequest.newBuilder().setOrderId(NOBODY).build(), "NOT_FOUND");
    Rpc<GiveHintRequest> hint = rpc(SAGAS + "GiveHint", GiveHintResponse.getDefaultInstance());
    GiveHintRequest its =
        GiveHintRequest.newBuilder()
            .setPeer(Peer.PEER_CARRIER)
            .setOrderId(NO_ID)
            .setSequence(1)
            .build();
    hint.refuses(operator, its, "INVALID_REQUEST");
    hint.refuses(
        operator, its.toBuilder().setOrderId(NOBODY).setSequence(0).build(), "INVALID_REQUEST");
  }

  void inStock() {
    Rpc<CheckStockRequest> check =
        rpc(STOCK + "CheckStock", CheckStockResponse.getDefaultInstance());
    check.refuses(ann, CheckStockRequest.newBuilder().setSku("NO-SUCH-SKU").build(), "NOT_FOUND");
    check.refuses(ann, CheckStockRequest.newBuilder().setSku("no sku").build(), "INVALID_REQUEST");
    // It needs no token, and takes no other proof of who it is.
    check.refuses(
        grpc.as("", Map.of("authorization", "Basic YW5uOmFubg==")),
        CheckStockRequest.newBuilder().setSku(SKU).build(),
        "UNAUTHENTICATED");
    check.refuses(
        ann, CheckStockRequest.newBuilder().setSku("X".repeat(2 << 20)).build(), "INVALID_REQUEST");
    Rpc<SetStockRequest> set = rpc(STOCK + "SetStock", SetStockResponse.getDefaultInstance());
    set.refuses(ann, total(SKU, 1), "FORBIDDEN");
    set.refuses(operator, total(SKU, -1), "INVALID_REQUEST");
    set.refuses(operator, total("NO-SUCH-SKU", 1), "UNKNOWN_SKU");
    Rpc<HoldStockRequest> hold = rpc(STOCK + "HoldStock", HoldStockResponse.getDefaultInstance());
    HoldStockRequest its =
        HoldStockRequest.newBuilder()
            .setOrderId(key())
            .addLines(HoldLine.newBuilder().setSku("TANK-GREEN-L").setQuantity(100))
            .setTimeMillis(60_000)
            .build();
    hold.refuses(ann, its, "FORBIDDEN");
    hold.refuses(
        operator,
        its.toBuilder().setLines(0, its.getLines(0).toBuilder().setQuantity(101)).build(),
        "INVALID_REQUEST");
    hold.refuses(operator, its.toBuilder().setOrderId(NO_ID).build(), "INVALID_REQUEST");
    hold.refuses(
        operator, its.toBuilder().setTimeMillis(Long.MAX_VALUE).build(), "INVALID_REQUEST");
    grpc.call(operator, STOCK + "HoldStock", its, HoldStockResponse.getDefaultInstance());
    set.refuses(operator, total("TANK-GREEN-L", 99), "STOCK_BELOW_COMMITTED");
  }

  void inDesigns() {
    Rpc<StoreDesignRequest> store =
        rpc(RENDER + "StoreDesign", StoreDesignResponse.getDefaultInstance());
    store.refuses(ann, StoreDesignRequest.getDefaultInstance(), "INVALID_REQUEST");
    store.refuses(ann, design(2_097_152), "INVALID_REQUEST");
    store.refuses(ann, design(2_097_153), "PAYLOAD_TOO_LARGE");
    store.refuses(ann, design(3_200_000), "PAYLOAD_TOO_LARGE");
    RenderDesignRequest preview =
        RenderDesignRequest.newBuilder().setDesignId(NO_DESIGN).setWidthPixels(64).build();
    RenderDesignResponse piece = RenderDesignResponse.getDefaultInstance();
    String render = RENDER + "RenderDesign";
    refused(render, () -> grpc.stream(ann, render, preview, piece), "NOT_FOUND");
    refused(
        render,
        () -> grpc.stream(ann, render, preview.toBuilder().setWidthPixels(63).build(), piece),
        "INVALID_REQUEST");
    Rpc<PrintDesignRequest> print =
        rpc(RENDER + "PrintDesign", PrintDesignResponse.getDefaultInstance());
    PrintDesignRequest none = PrintDesignRequest.newBuilder().setDesignId(NO_DESIGN).build();
    print.refuses(ann, none, "FORBIDDEN");
    print.refuses(operator, none, "NOT_FOUND");
  }

  /** Of those who say that they ask for somebody else. */
  void inVouching() {
    Rpc<GetOrderRequest> get = rpc(ORDERS + "GetOrder", GetOrderResponse.getDefaultInstance());
    GetOrderRequest question = GetOrderRequest.newBuilder().setOrderId(NOBODY).build();
    Map<String, String> bea = Map.of("pigpig-customer", "bea", "pigpig-role", "customer");
    get.refuses(grpc.as(stack.token("ann", "customer"), bea), question, "FORBIDDEN");
    get.refuses(grpc.as(stack.token("bea", "customer"), bea), question, "FORBIDDEN");
    Map<String, String> half = Map.of("pigpig-customer", "bea");
    get.refuses(grpc.as(stack.token("ann", "customer"), half), question, "FORBIDDEN");
    get.refuses(grpc.as("", bea), question, "UNAUTHENTICATED");
    String ops = stack.token("ops", "operator");
    for (Map<String, String> nobody :
        List.of(
            Map.of("pigpig-customer", "no such", "pigpig-role", "customer"),
            Map.of("pigpig-customer", "bea", "pigpig-role", "king"),
            half)) {
      get.refuses(grpc.as(ops, nobody), question, "INVALID_REQUEST");
    }
    get.refuses(grpc.as(ops, bea), question, "NOT_FOUND");
  }

  private void placeABatchOfNone() {
    PlaceOrdersRequest none = PlaceOrdersRequest.newBuilder().setBatchId(1).build();
    PlaceOrdersResponse answer = PlaceOrdersResponse.getDefaultInstance();
    try {
      grpc.duplex(operator, ORDERS + "PlaceOrders", List.of(none), answer);
    } catch (ExecutionException e) {
      throw (StatusRuntimeException) e.getCause();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Rpc<Q> {
    void refuses(Channel by, Q question, String code);
  }

  private <Q extends Message, A extends Message> Rpc<Q> rpc(String path, A none) {
    return (by, question, code) -> refused(path, () -> grpc.call(by, path, question, none), code);
  }

  private void refused(String path, Runnable call, String code) {
    StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::run);
    assertThat(failure).as(path + " is refused with " + code).isNotNull();
    assertThat(GrpcJava.reason(failure)).as(path + " " + failure.getStatus()).isEqualTo(code);
    assertThat(failure.getStatus().getCode()).as(code).isEqualTo(status(code));
    assertThat(contract.refusalsOf(path)).as("what the contract names of " + path).contains(code);
  }

  private static Status.Code status(String code) {
    return switch (code) {
      case "UNAUTHENTICATED" -> Status.Code.UNAUTHENTICATED;
      case "FORBIDDEN" -> Status.Code.PERMISSION_DENIED;
      case "IDEMPOTENCY_KEY_MISSING", "INVALID_REQUEST" -> Status.Code.INVALID_ARGUMENT;
      case "NOT_FOUND", "UNKNOWN_SKU", "UNKNOWN_DESIGN" -> Status.Code.NOT_FOUND;
      case "IDEMPOTENCY_KEY_REUSED" -> Status.Code.ALREADY_EXISTS;
      case "OUT_OF_STOCK", "PAYMENT_DECLINED", "ORDER_NOT_PAYABLE", "STOCK_BELOW_COMMITTED" ->
          Status.Code.FAILED_PRECONDITION;
      case "PAYLOAD_TOO_LARGE" -> Status.Code.RESOURCE_EXHAUSTED;
      default -> throw new AssertionError("no mistake is refused with " + code);
    };
  }

  private static PlaceOrderRequest order(String key, String sku, int quantity) {
    return PlaceOrderRequest.newBuilder()
        .setIdempotencyKey(key)
        .addLines(RequestedLine.newBuilder().setSku(sku).setQuantity(quantity))
        .build();
  }

  private static PayOrderRequest payment(String id, String token) {
    return PayOrderRequest.newBuilder().setOrderId(id).setMethod("sandbox").setToken(token).build();
  }

  private static SetStockRequest total(String sku, long total) {
    return SetStockRequest.newBuilder().setSku(sku).setTotal(total).build();
  }

  private static StoreDesignRequest design(int bytes) {
    return StoreDesignRequest.newBuilder().setJson(ByteString.copyFrom(new byte[bytes])).build();
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }
}
