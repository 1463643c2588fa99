package io.pigpig.rpc;

import com.google.protobuf.Message;
import io.pigpig.proto.order.v1.GetOrderRequest;
import io.pigpig.proto.order.v1.GetOrderResponse;
import io.pigpig.proto.order.v1.OrderServiceOuterClass;
import io.pigpig.proto.order.v1.OrderToPlace;
import io.pigpig.proto.order.v1.PlaceOrderOutcome;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.proto.order.v1.WatchOrderRequest;
import io.pigpig.proto.order.v1.WatchOrderResponse;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusalFacts;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The contract of the orders, served by what its questions ask for: the customer of a batch's first
 * order, or the id of an order, says {@code HOLD} for an answer that a test gives, {@code REFUSE},
 * {@code BIG}, or anything else for an answer at once. Orders are watched without end.
 */
public final class TestOrders {

  public static final String HOLD = "HOLD";
  public static final String REFUSE = "REFUSE";

  /** An answer of 100 kB. */
  public static final String BIG = "BIG";

  public static final RpcMethod<PlaceOrdersRequest, PlaceOrdersResponse> PLACE_MANY =
      method(
          "PlaceOrders",
          Effect.WRITE,
          PlaceOrdersRequest.getDefaultInstance(),
          PlaceOrdersResponse.getDefaultInstance());
  public static final RpcMethod<GetOrderRequest, GetOrderResponse> GET =
      method(
          "GetOrder",
          Effect.READ,
          GetOrderRequest.getDefaultInstance(),
          GetOrderResponse.getDefaultInstance());
  public static final RpcMethod<WatchOrderRequest, WatchOrderResponse> WATCH =
      method(
          "WatchOrder",
          Effect.READ,
          WatchOrderRequest.getDefaultInstance(),
          WatchOrderResponse.getDefaultInstance());

  private final Map<Long, Promise<PlaceOrdersResponse>> held = new ConcurrentHashMap<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger stopped = new AtomicInteger();

  private static <Q extends Message, A extends Message> RpcMethod<Q, A> method(
      String name, Effect effect, Q question, A answer) {
    return new RpcMethod<>("pigpig.order.v1.OrderService", name, effect, question, answer);
  }

  public RpcService service() {
    return new RpcService(OrderServiceOuterClass.getDescriptor().findServiceByName("OrderService"))
        .batches(PLACE_MANY, Access.OPERATOR, this::place, TestOrders::refused)
        .unary(GET, Access.CALLER, this::get)
        .follow(WATCH, Access.CALLER, (call, question) -> count(call));
  }

  private void count(RpcCall<?> call) {
    begun.incrementAndGet();
    call.onOver(ended::incrementAndGet);
  }

  private Future<PlaceOrdersResponse> place(
      RpcCall<PlaceOrdersResponse> call, PlaceOrdersRequest batch) {
    count(call);
    return switch (batch.getOrders(0).getCustomer()) {
      case HOLD -> held.computeIfAbsent(batch.getBatchId(), id -> Promise.promise()).future();
      case REFUSE -> Refused.with(new Refusal.InvalidRequest("a batch that asks to be refused"));
      case BIG -> Future.succeededFuture(refused(batch, "X".repeat(100_000)));
      default -> Future.succeededFuture(answer(batch.getBatchId()));
    };
  }

  private Future<GetOrderResponse> get(RpcCall<GetOrderResponse> call, GetOrderRequest question) {
    count(call);
    if (!question.getOrderId().equals(HOLD)) {
      return Future.succeededFuture(GetOrderResponse.getDefaultInstance());
    }
    Promise<GetOrderResponse> never = Promise.promise();
    call.whenGone(stopped::incrementAndGet, never.future());
    return never.future();
  }

  private static PlaceOrdersResponse refused(PlaceOrdersRequest batch, Refusal refusal) {
    return refused(batch, RefusalFacts.of(refusal).code());
  }

  private static PlaceOrdersResponse refused(PlaceOrdersRequest batch, String code) {
    return answer(batch.getBatchId()).toBuilder()
        .addOutcomes(
            PlaceOrderOutcome.newBuilder()
                .setRefused(io.pigpig.proto.order.v1.Refused.newBuilder().setCode(code)))
        .build();
  }

  private static PlaceOrdersResponse answer(long id) {
    return PlaceOrdersResponse.newBuilder().setBatchId(id).build();
  }

  /** A batch that says what to do with it. */
  public static PlaceOrdersRequest batch(long id, String what) {
    return PlaceOrdersRequest.newBuilder()
        .setBatchId(id)
        .addOrders(OrderToPlace.newBuilder().setCustomer(what))
        .build();
  }

  /** An order that says what to do with the question for it. */
  public static GetOrderRequest order(String what) {
    return GetOrderRequest.newBuilder().setOrderId(what).build();
  }

  /** Answers a batch that was held. */
  public void release(long id) {
    Promise<PlaceOrdersResponse> waiting = held.remove(id);
    if (waiting == null) {
      throw new IllegalStateException("batch " + id + " is not held: " + held.keySet());
    }
    waiting.complete(answer(id));
  }

  /** Batches that are held. */
  public int held() {
    return held.size();
  }

  /** Questions that have been worked on. */
  public int begun() {
    return begun.get();
  }

  /** Questions that have come to their end, answered or not. */
  public int ended() {
    return ended.get();
  }

  /** Questions whose work was stopped because nobody waited any more. */
  public int stopped() {
    return stopped.get();
  }
}
