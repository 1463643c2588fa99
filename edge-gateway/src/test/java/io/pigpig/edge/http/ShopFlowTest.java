package io.pigpig.edge.http;

import static io.pigpig.edge.TestStack.key;
import static io.pigpig.edge.TestStack.lines;
import static io.pigpig.edge.http.ErrorContractTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a customer and an operator do on a good day, through HTTP, on the real stack. */
final class ShopFlowTest {

  private static final String SKU = "TEE-CLASSIC-WHITE-M";

  private static TestStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = TestStack.start("shop_flow", Map.of("server.event-loops", "1"));
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  @Test
  void productsHaveVariantsWithTheirPrice() {
    JsonArray products = stack.json(get("/api/v1/products")).getJsonArray("products");
    assertThat(products.size()).isGreaterThan(1);
    JsonObject tank = stack.json(get("/api/v1/products/tank"));
    assertThat(tank.fieldNames())
        .containsExactlyInAnyOrder("id", "name", "template", "currency", "variants");
    assertThat(products).contains(tank);
    for (Object each : tank.getJsonArray("variants")) {
      JsonObject variant = (JsonObject) each;
      assertThat(variant.fieldNames())
          .containsExactlyInAnyOrder("sku", "colour", "size", "priceCents");
      assertThat(variant.getInteger("priceCents")).isPositive();
    }
  }

  @Test
  void stockThatIsSetIsReadAndFollowsAnOrderThroughItsLife() {
    String path = "/api/v1/stock/TANK-BLACK-M";
    JsonObject set = stack.json(stack.asOperator("PUT", path, "{\"total\":40}"));
    assertThat(set).isEqualTo(level("TANK-BLACK-M", 40, 40, 0, 0));
    String id = stack.place("ann", "TANK-BLACK-M", 3).getString("orderId");
    assertThat(stack.json(get(path))).isEqualTo(level("TANK-BLACK-M", 40, 37, 3, 0));
    assertThat(act(id, "payment").getString("status")).isEqualTo("PAID");
    assertThat(stack.json(get(path))).isEqualTo(level("TANK-BLACK-M", 40, 37, 0, 3));
    String other = stack.place("ann", "TANK-BLACK-M", 2).getString("orderId");
    assertThat(act(other, "cancel").getString("status")).isEqualTo("CANCELLED");
    assertThat(stack.json(get(path))).isEqualTo(level("TANK-BLACK-M", 40, 37, 0, 3));
  }

  @Test
  void aStockCheckAnswersALineForEverySkuInOrderAndNamesTheUnknown() {
    List<String> asked =
        IntStream.range(0, Limits.STOCK_CHECK_SKUS)
            .mapToObj(i -> i % 2 == 0 ? SKU : "NO-SUCH-" + i)
            .toList();
    String body = asked.stream().collect(Collectors.joining("\",\"", "{\"skus\":[\"", "\"]}"));
    HttpResponse<String> answer = stack.send(stack.request("POST", "/api/v1/stock:check", body));
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
    assertThat(answer.headers().firstValue("Transfer-Encoding")).contains("chunked");
    List<JsonObject> lines = answer.body().lines().map(JsonObject::new).toList();
    assertThat(lines).extracting(line -> line.getString("sku")).isEqualTo(asked);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i).getString("error")).isEqualTo(i % 2 == 0 ? null : "UNKNOWN_SKU");
      assertThat(lines.get(i).containsKey("available")).isEqualTo(i % 2 == 0);
    }
  }

  @Test
  void anOrderSaysWhatWasBoughtAndUntilWhenItIsHeld() {
    HttpResponse<String> answer = stack.send(stack.order("ann", key(), SKU, 2));
    assertThat(answer.statusCode()).isEqualTo(201);
    JsonObject order = new JsonObject(answer.body());
    assertThat(order.fieldNames())
        .containsExactly(
            "orderId", "status", "lines", "totalCents", "currency", "createdAt", "expiresAt");
    String path = "/api/v1/orders/" + order.getString("orderId");
    assertThat(answer.headers().firstValue("Location")).contains(path);
    assertThat(order.getString("status")).isEqualTo("PENDING_PAYMENT");
    JsonObject line = order.getJsonArray("lines").getJsonObject(0);
    assertThat(line.fieldNames()).containsExactly("sku", "quantity", "unitPriceCents");
    assertThat(order.getInteger("totalCents")).isEqualTo(2 * line.getInteger("unitPriceCents"));
    Instant created = Instant.parse(order.getString("createdAt"));
    assertThat(Instant.parse(order.getString("expiresAt")))
        .isEqualTo(created.plus(Duration.ofMinutes(15)));
    assertThat(stack.send(stack.as("ann", "GET", path, "")).body()).isEqualTo(answer.body());
    assertThat(stack.json(stack.asOperator("GET", path, ""))).isEqualTo(order);
  }

  @Test
  void theSameRequestAgainGetsTheSameBytesAlsoAfterItsOrderWasPaid() {
    String key = key();
    HttpResponse<String> first = stack.send(stack.order("ann", key, SKU, 1));
    assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertReplay(stack.send(stack.order("ann", key, SKU, 1)), first);
    act(new JsonObject(first.body()).getString("orderId"), "payment");
    assertReplay(stack.send(stack.order("ann", key, SKU, 1)), first);
  }

  @Test
  void aMemberPaysTheMembersPrice() {
    JsonObject visitor = stack.place("ann", SKU, 1);
    String asked = "{\"customer\":\"mia\",\"role\":\"customer\",\"member\":true}";
    String token =
        stack.json(stack.request("POST", "/api/v1/auth/token", asked)).getString("access_token");
    JsonObject member =
        stack.json(
            stack
                .request("POST", "/api/v1/orders", lines(SKU, 1))
                .header("Authorization", "Bearer " + token)
                .header("Idempotency-Key", key()));
    assertThat(member.getInteger("totalCents"))
        .isEqualTo(visitor.getInteger("totalCents") * 9 / 10);
  }

  @Test
  void ordersAreListedNewestFirstPageByPageAndOnlyTheCallersOwn() {
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      placed.addFirst(stack.place("pat", SKU, 1).getString("orderId"));
    }
    stack.place("ann", SKU, 1);
    List<String> listed = new ArrayList<>();
    String next = "";
    for (int pages = 0; next != null && pages < 4; pages++) {
      String cursor = next.isEmpty() ? "" : "&cursor=" + next;
      JsonObject page = stack.json(stack.as("pat", "GET", "/api/v1/orders?limit=2" + cursor, ""));
      assertThat(page.getJsonArray("orders").size()).isLessThanOrEqualTo(2);
      page.getJsonArray("orders").forEach(o -> listed.add(((JsonObject) o).getString("orderId")));
      next = page.getString("nextCursor");
    }
    assertThat(next).isNull();
    assertThat(listed).isEqualTo(placed);
    for (String bad : List.of("limit=0", "limit=x", "limit=1&limit=2", "cursor=x")) {
      HttpRequest.Builder list = stack.as("pat", "GET", "/api/v1/orders?" + bad, "");
      assertProblem(stack.send(list), 400, "INVALID_REQUEST");
    }
  }

  @Test
  void eventsTellTheTimelineResumeBehindTheLastAndEndAtAFinalStatus() {
    String id = stack.place("ann", SKU, 1).getString("orderId");
    act(id, "cancel");
    HttpResponse<String> whole = events(id, "");
    assertThat(whole.headers().firstValue("Content-Type")).contains("text/event-stream");
    assertThat(whole.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(values(whole, "id: ")).containsExactly("1", "2");
    assertThat(values(whole, "event: ")).containsExactly("status", "status");
    assertThat(values(whole, "data: "))
        .extracting(data -> new JsonObject(data).getString("status"))
        .containsExactly("PENDING_PAYMENT", "CANCELLED");
    assertThat(values(events(id, "1"), "id: ")).containsExactly("2");
    assertProblem(events(id, "x"), 400, "INVALID_REQUEST");
  }

  /** A stream with nothing left to tell would keep its client waiting for its whole lifetime. */
  @Test
  void resumingBehindTheFinalStatusEndsAtOnce() {
    String id = stack.place("ann", SKU, 1).getString("orderId");
    act(id, "cancel");
    HttpResponse<String> nothing = events(id, "2");
    assertThat(nothing.statusCode()).isEqualTo(200);
    assertThat(values(nothing, "id: ")).isEmpty();
  }

  @Test
  void aDesignHasOnePreviewForEver() throws Exception {
    String design = "{\"template\":\"tee-classic\",\"garmentColor\":\"#FFFFFF\",\"layers\":[]}";
    JsonObject stored = stack.json(stack.as("ann", "POST", "/api/v1/designs", design));
    assertThat(stack.json(stack.as("bob", "POST", "/api/v1/designs", " " + design)))
        .isEqualTo(stored);
    String id = stored.getString("designId");
    String path = "/api/v1/designs/" + id + "/preview.png?width=300";
    HttpResponse<byte[]> png = stack.client().send(get(path).build(), BodyHandlers.ofByteArray());
    assertThat(png.headers().firstValue("Content-Type")).contains("image/png");
    assertThat(png.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
    assertThat(ImageIO.read(new ByteArrayInputStream(png.body())).getWidth()).isEqualTo(300);
    String etag = png.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> known = stack.send(get(path).header("If-None-Match", etag));
    assertThat(known.statusCode()).isEqualTo(304);
    assertThat(known.headers().firstValue("ETag")).contains(etag);
    assertThat(known.body()).isEmpty();
    HttpRequest.Builder order =
        stack
            .as(
                "ann",
                "POST",
                "/api/v1/orders",
                lines(SKU, 1).replace("}]", ",\"designId\":\"" + id + "\"}]"))
            .header("Idempotency-Key", key());
    JsonObject line = stack.json(order).getJsonArray("lines").getJsonObject(0);
    assertThat(line.getString("designId")).isEqualTo(id);
    assertThat(management("/metrics").body()).contains("shirt_render_duration_ms");
  }

  @Test
  void pagesAndTheDescriptionAreServed() {
    for (String path : List.of("/", "/docs", "/openapi.yaml", "/web/style.css")) {
      HttpResponse<String> page = stack.send(get(path));
      assertThat(page.statusCode()).as(path).isEqualTo(200);
      assertThat(page.body()).as(path).isNotBlank();
    }
  }

  @Test
  void managementIsServedOnItsOwnPortAndNotThroughTheEdge() {
    stack.place("ann", SKU, 1);
    assertThat(new JsonObject(management("/health/live").body()).getString("status"))
        .isEqualTo("UP");
    assertThat(management("/health/ready").statusCode()).isEqualTo(200);
    assertThat(management("/metrics").body())
        .contains("http_server_requests_seconds_count", "order_service_pending_orders");
    assertThat(management("/api/v1/products").statusCode()).isEqualTo(404);
    for (String path :
        List.of("/health/live", "/health/ready", "/metrics", "/debug/profile", "/debug/threads")) {
      assertProblem(stack.send(get(path)), 404, "NOT_FOUND");
    }
  }

  private static void assertReplay(HttpResponse<String> again, HttpResponse<String> first) {
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(again.headers().firstValue("Location"))
        .isEqualTo(first.headers().firstValue("Location"));
    assertThat(again.body()).isEqualTo(first.body());
  }

  private static JsonObject level(String sku, int total, int available, int held, int sold) {
    return new JsonObject()
        .put("sku", sku)
        .put("total", total)
        .put("available", available)
        .put("held", held)
        .put("sold", sold);
  }

  private static JsonObject act(String id, String what) {
    String body = what.equals("payment") ? "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}" : "";
    return stack.json(stack.as("ann", "POST", "/api/v1/orders/" + id + "/" + what, body));
  }

  private static HttpResponse<String> events(String id, String after) {
    HttpRequest.Builder follow = stack.as("ann", "GET", "/api/v1/orders/" + id + "/events", "");
    return stack.send(after.isEmpty() ? follow : follow.header("Last-Event-ID", after));
  }

  private static List<String> values(HttpResponse<String> events, String field) {
    return events
        .body()
        .lines()
        .filter(line -> line.startsWith(field))
        .map(line -> line.substring(field.length()))
        .toList();
  }

  private static HttpRequest.Builder get(String path) {
    return stack.request("GET", path, "");
  }

  private static HttpResponse<String> management(String path) {
    String uri = "http://127.0.0.1:" + stack.managementPort() + path;
    return stack.send(HttpRequest.newBuilder(java.net.URI.create(uri)));
  }
}
