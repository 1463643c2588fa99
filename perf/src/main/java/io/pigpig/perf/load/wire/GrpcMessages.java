package io.pigpig.perf.load.wire;

import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.OrderKeys;
import io.pigpig.perf.load.flow.Item;
import io.pigpig.perf.load.flow.Request;
import io.pigpig.proto.order.v1.OrderToPlace;
import io.pigpig.proto.order.v1.PlaceOrderOutcome;
import io.pigpig.proto.order.v1.PlaceOrderRequest;
import io.pigpig.proto.order.v1.PlaceOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.proto.order.v1.RequestedLine;
import io.pigpig.proto.stock.v1.BatchCheckStockRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The messages of a plan's requests, and what their answers say. */
final class GrpcMessages {

  private static final String OPEN = "OUTCOME_UNKNOWN";

  private final OrderKeys keys;
  private final List<String> authorizations;
  private final List<String> customers;
  private final List<RequestedLine> lines;
  private final List<List<BatchCheckStockRequest>> stockChecks = new ArrayList<>();
  private final int timeoutMillis;

  GrpcMessages(LoadPlan plan, OrderKeys keys) {
    RequestParts parts = new RequestParts(plan.requests());
    this.keys = keys;
    authorizations = parts.authorizations();
    customers = plan.requests().tokens().stream().map(GrpcMessages::subject).toList();
    lines =
        plan.requests().skus().stream()
            .map(sku -> RequestedLine.newBuilder().setSku(sku).setQuantity(1).build())
            .toList();
    timeoutMillis = Math.min(plan.bounds().timeoutMillis(), 60_000);
    for (LoadPlan.Share share : plan.requests().mix()) {
      stockChecks.add(
          parts.skuLists(share).stream()
              .map(skus -> BatchCheckStockRequest.newBuilder().addAllSkus(skus).build())
              .toList());
    }
  }

  /** Whose token it is; the token itself where it is no JWT. */
  private static String subject(String token) {
    String[] sections = token.split("\\.", -1);
    if (sections.length != 3) {
      return token;
    }
    try {
      byte[] claims = Base64.getUrlDecoder().decode(sections[1]);
      return new JsonObject(new String(claims, StandardCharsets.UTF_8)).getString("sub", token);
    } catch (DecodeException | IllegalArgumentException noJwt) {
      return token;
    }
  }

  /** Of the header authorization; empty for none. */
  String authorization(Item item) {
    return authorizations.get(RequestParts.turn(item.number(), authorizations.size()));
  }

  PlaceOrderRequest order(Item item) {
    return PlaceOrderRequest.newBuilder()
        .setIdempotencyKey(keys.key(item.number()))
        .addLines(lines.get(RequestParts.turn(item.number(), lines.size())))
        .build();
  }

  PlaceOrdersRequest batch(Request request, long batchId) {
    PlaceOrdersRequest.Builder batch = PlaceOrdersRequest.newBuilder().setBatchId(batchId);
    for (int i = 0; i < request.size(); i++) {
      Item item = request.item(i);
      OrderToPlace.Builder order = OrderToPlace.newBuilder().setTimeoutMillis(timeoutMillis);
      if (!customers.isEmpty()) {
        order.setCustomer(customers.get(RequestParts.turn(item.number(), customers.size())));
      }
      batch.addOrders(order.setOrder(order(item)));
    }
    return batch.build();
  }

  BatchCheckStockRequest stockCheck(Request request) {
    List<BatchCheckStockRequest> questions = stockChecks.get(request.shareIndex());
    return questions.get(RequestParts.turn(request.item(0).number(), questions.size()));
  }

  static void tell(Item item, PlaceOrderResponse placed) {
    item.accept(AnswerJson.uuid(placed.getOrder().getOrderId()));
  }

  /** An order that a batch's answer leaves out has an unknown outcome. */
  static void tell(Request request, PlaceOrdersResponse answer) {
    for (int i = 0; i < request.size(); i++) {
      PlaceOrderOutcome outcome =
          i < answer.getOutcomesCount()
              ? answer.getOutcomes(i)
              : PlaceOrderOutcome.getDefaultInstance();
      switch (outcome.getOutcomeCase()) {
        case PLACED -> tell(request.item(i), outcome.getPlaced());
        case REFUSED -> request.item(i).refuse(outcome.getRefused().getCode());
        case OUTCOME_NOT_SET -> request.item(i).refuse(OPEN);
      }
    }
  }
}
