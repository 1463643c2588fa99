package io.pigpig.edge.http;

import io.pigpig.order.Order;
import io.pigpig.order.OrderPage;
import io.pigpig.order.OrderService;
import io.pigpig.order.Payments;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.Placement;
import io.pigpig.order.RequestedLine;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Placing, reading, paying and cancelling orders. One event loop's. */
final class OrderRoutes {

  private static final CharSequence IDEMPOTENCY_KEY =
      HttpHeaders.createOptimized("idempotency-key");
  private static final CharSequence REPLAYED = HttpHeaders.createOptimized("idempotent-replayed");
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final int PAGE_DEFAULT = 20;

  private final EdgeServices services;
  private final OrderService orders;
  private final OrderBodies bodies;
  private final Ticker ticker;
  private final long timeoutNanos;
  private final OrderAdmission admission;

  OrderRoutes(EdgeServices services, ServerSettings settings, Ticker ticker) {
    this.services = services;
    this.orders = services.orders();
    this.bodies = services.orderBodies();
    this.ticker = ticker;
    this.timeoutNanos = settings.orderTimeout().toNanos();
    this.admission = new OrderAdmission(ticker, settings);
  }

  List<Route> routes() {
    String order = "/api/v1/orders/{id}";
    return List.of(
        Route.post("/api/v1/orders", Access.CUSTOMER, Limits.ORDER_BODY_BYTES, this::place),
        Route.get("/api/v1/orders", Access.CUSTOMER_OR_OPERATOR, this::list),
        Route.get(order, Access.CUSTOMER_OR_OPERATOR, this::find),
        Route.post(order + "/payment", Access.CUSTOMER, Limits.SMALL_BODY_BYTES, this::pay),
        Route.postBare(order + "/cancel", Access.CUSTOMER_OR_OPERATOR, this::cancel));
  }

  private void place(Call call) {
    if (admission.isFull()) {
      call.refuse(new Refusal.Overloaded("the order path", RETRY_AFTER));
      return;
    }
    String key = key(call);
    List<RequestedLine> lines = bodies.readLines(call.body(), services.catalog().get());
    long beganNanos = ticker.nanos();
    PlaceOrder request = new PlaceOrder(call.principal(), key, lines, beganNanos + timeoutNanos);
    int underWay = admission.began();
    Future<Placement> placement = orders.place(request);
    placement.onComplete(done -> admission.ended(underWay, beganNanos));
    call.when(placement, placed -> answer(call, placed));
  }

  private static String key(Call call) {
    List<String> keys = call.request().headers().getAll(IDEMPOTENCY_KEY);
    if (keys.isEmpty()) {
      throw new RefusedException(new Refusal.IdempotencyKeyMissing());
    }
    String key = keys.getFirst();
    if (keys.size() > 1 || !PlaceOrder.isValidKey(key)) {
      throw JsonReader.invalid(
          "Idempotency-Key must be given once, 16 to 64 characters of [A-Za-z0-9_-]");
    }
    return key;
  }

  private void answer(Call call, Placement placed) {
    Order order = placed.order();
    call.response().putHeader(HttpHeaders.LOCATION, "/api/v1/orders/" + order.orderId());
    if (placed.origin() == Placement.Origin.REPLAYED) {
      call.response().putHeader(REPLAYED, "true");
    }
    call.json(201, bodies.write(order));
  }

  private void find(Call call) {
    call.when(
        orders.find(call.orderId(), call.principal()),
        order -> call.json(200, bodies.write(order)));
  }

  private void list(Call call) {
    int limit = call.queryNumber("limit", 1, OrderPage.LIMIT_MAX, PAGE_DEFAULT);
    call.when(
        orders.list(call.principal(), limit, call.cursor()),
        page ->
            call.json(
                200,
                bodies.writePage(
                    page.orders(), page.next() == null ? null : page.next().toString())));
  }

  private void pay(Call call) {
    UUID orderId = call.orderId();
    String token = JsonReader.read(call.body(), OrderRoutes::paymentToken);
    call.when(
        orders.pay(orderId, call.principal(), token), order -> call.json(200, bodies.write(order)));
  }

  private static String paymentToken(JsonReader in) throws IOException {
    in.beginObject("the body");
    String method = null;
    String token = null;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "method" -> method = in.text("method");
        case "token" -> token = in.text("token");
        default -> throw JsonReader.unknownField(field);
      }
    }
    if (!"sandbox".equals(method)) {
      throw JsonReader.invalid("method must be sandbox");
    }
    if (token == null || !Payments.isValidToken(token)) {
      throw JsonReader.invalid("token must be 1 to 64 characters of [A-Za-z0-9_]");
    }
    return token;
  }

  private void cancel(Call call) {
    if (call.body().length > 0) {
      JsonReader.read(call.body(), OrderRoutes::nothing);
    }
    call.when(
        orders.cancel(call.orderId(), call.principal()),
        order -> call.json(200, bodies.write(order)));
  }

  /** An object without fields: what a client sends that must send something. */
  private static boolean nothing(JsonReader in) throws IOException {
    in.beginObject("the body");
    String field = in.nextField();
    if (field != null) {
      throw JsonReader.unknownField(field);
    }
    return true;
  }
}
