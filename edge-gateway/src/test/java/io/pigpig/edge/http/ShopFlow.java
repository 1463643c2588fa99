package io.pigpig.edge.http;

import static io.pigpig.edge.TestStack.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * What a client does from the first look to the timeline of a paid order, whatever is between the
 * edge and the parts behind it.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ShopFlow {

  private static final String SKU = "LONGSLEEVE-NAVY-M";

  private final TestStack stack;

  ShopFlow(TestStack stack) {
    this.stack = stack;
  }

  @AfterAll
  void stop() throws Exception {
    stack.close();
  }

  @Test
  void theCatalogHasAboutHundredAndFiftyVariantsWithPrices() {
    JsonArray products =
        stack.json(stack.request("GET", "/api/v1/products", "")).getJsonArray("products");
    int variants = 0;
    for (int i = 0; i < products.size(); i++) {
      JsonArray ofProduct = products.getJsonObject(i).getJsonArray("variants");
      variants += ofProduct.size();
      for (int j = 0; j < ofProduct.size(); j++) {
        assertThat(ofProduct.getJsonObject(j).fieldNames())
            .containsExactlyInAnyOrder("sku", "colour", "size", "priceCents");
        assertThat(ofProduct.getJsonObject(j).getInteger("priceCents")).isPositive();
      }
    }
    assertThat(variants).isEqualTo(151);
    JsonObject tank = stack.json(stack.request("GET", "/api/v1/products/tank", ""));
    assertThat(tank.getString("name")).isEqualTo("Summer Tank");
  }

  @Test
  void anOrderIsPlacedPaidAndFollowedToItsEnd() {
    HttpResponse<String> placed = stack.send(stack.order("anna", key(), SKU, 2));
    JsonObject order = new JsonObject(placed.body());
    assertThat(placed.statusCode()).isEqualTo(201);
    assertThat(placed.headers().firstValue("Location"))
        .contains("/api/v1/orders/" + order.getString("orderId"));
    assertThat(order.fieldNames())
        .containsExactlyInAnyOrder(
            "orderId", "status", "lines", "totalCents", "currency", "createdAt", "expiresAt");
    assertThat(order.getInteger("totalCents")).isEqualTo(2 * 7900);
    String path = "/api/v1/orders/" + order.getString("orderId");
    assertThat(stack.json(stack.as("anna", "GET", path, ""))).isEqualTo(order);

    JsonObject paid =
        stack.json(
            stack.as(
                "anna",
                "POST",
                path + "/payment",
                "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}"));
    assertThat(paid.getString("status")).isEqualTo("PAID");
    JsonObject cancelled = stack.json(stack.asOperator("POST", path + "/cancel", ""));
    assertThat(cancelled.getString("status")).isEqualTo("CANCELLED");

    String events = stack.send(stack.as("anna", "GET", path + "/events", "")).body();
    assertThat(events.lines().filter(line -> line.startsWith("id: ")))
        .containsExactly("id: 1", "id: 2", "id: 3");
    assertThat(events).contains("event: status", "\"status\":\"CANCELLED\"");
    String resumed =
        stack
            .send(stack.as("anna", "GET", path + "/events", "").header("Last-Event-ID", "2"))
            .body();
    assertThat(resumed.lines().filter(line -> line.startsWith("id: "))).containsExactly("id: 3");
  }

  @Test
  void aStreamResumedBehindTheFinalStatusEndsAtOnce() {
    String path = "/api/v1/orders/" + stack.place("ann", SKU, 1).getString("orderId");
    stack.send(stack.as("ann", "POST", path + "/cancel", ""));
    HttpResponse<String> nothing =
        stack.send(stack.as("ann", "GET", path + "/events", "").header("Last-Event-ID", "2"));
    assertThat(nothing.statusCode()).isEqualTo(200);
    assertThat(nothing.body()).doesNotContain("id: ");
  }

  @Test
  void stockFollowsAnOrderThroughItsLife() {
    String path = "/api/v1/stock/TANK-BLACK-M";
    assertThat(stack.json(stack.asOperator("PUT", path, "{\"total\":40}")))
        .isEqualTo(level(40, 40, 0, 0));
    String paid = stack.place("ann", "TANK-BLACK-M", 3).getString("orderId");
    assertThat(stack.json(stack.request("GET", path, ""))).isEqualTo(level(40, 37, 3, 0));
    String tokOk = "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}";
    stack.send(stack.as("ann", "POST", "/api/v1/orders/" + paid + "/payment", tokOk));
    assertThat(stack.json(stack.request("GET", path, ""))).isEqualTo(level(40, 37, 0, 3));
    String other = stack.place("ann", "TANK-BLACK-M", 2).getString("orderId");
    stack.send(stack.as("ann", "POST", "/api/v1/orders/" + other + "/cancel", ""));
    assertThat(stack.json(stack.request("GET", path, ""))).isEqualTo(level(40, 37, 0, 3));
  }

  private static JsonObject level(int total, int available, int held, int sold) {
    return new JsonObject()
        .put("sku", "TANK-BLACK-M")
        .put("total", total)
        .put("available", available)
        .put("held", held)
        .put("sold", sold);
  }

  @Test
  void aReplayIsTheSameAnswerToTheByteAlsoAfterThePayment() {
    String key = key();
    HttpResponse<String> first = stack.send(stack.order("rita", key, SKU, 1));
    String path = "/api/v1/orders/" + new JsonObject(first.body()).getString("orderId");
    stack.send(
        stack.as(
            "rita", "POST", path + "/payment", "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}"));
    HttpResponse<String> again = stack.send(stack.order("rita", key, SKU, 1));
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(again.headers().firstValue("Location"))
        .isEqualTo(first.headers().firstValue("Location"));
  }

  @Test
  void aMemberPaysTheMemberPrice() {
    String body = "{\"customer\":\"max\",\"role\":\"customer\",\"member\":true}";
    String token =
        stack.json(stack.request("POST", "/api/v1/auth/token", body)).getString("access_token");
    JsonObject order =
        stack.json(
            stack
                .request("POST", "/api/v1/orders", TestStack.lines(SKU, 1))
                .header("Authorization", "Bearer " + token)
                .header("Idempotency-Key", key()));
    assertThat(order.getInteger("totalCents")).isEqualTo(7110);
  }

  @Test
  void aStockCheckAnswersALineASkuInTheirOrder() {
    String body = "{\"skus\":[\"" + SKU + "\",\"NO-SUCH-SKU\",\"TANK-RED-S\"]}";
    HttpResponse<String> answer = stack.send(stack.request("POST", "/api/v1/stock:check", body));
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
    List<JsonObject> lines = answer.body().lines().map(JsonObject::new).toList();
    assertThat(lines.stream().map(line -> line.getString("sku")))
        .containsExactly(SKU, "NO-SUCH-SKU", "TANK-RED-S");
    assertThat(lines.get(1).getString("error")).isEqualTo("UNKNOWN_SKU");
    assertThat(lines.get(2).fieldNames())
        .containsExactlyInAnyOrder("sku", "total", "available", "held", "sold");
  }

  @Test
  void aStockCheckGivesBackWhatNoSkuIsAsItWasSent() {
    String odd = "Größe \\\"XL\\\"\\n" + "x".repeat(100) + "\uD83D\uDC37";
    String body = "{\"skus\":[\"" + odd + "\"]}";
    HttpResponse<String> answer = stack.send(stack.request("POST", "/api/v1/stock:check", body));
    assertThat(answer.body().lines().count()).isEqualTo(1);
    JsonObject line = new JsonObject(answer.body());
    assertThat(line.getString("sku"))
        .isEqualTo(new JsonObject(body).getJsonArray("skus").getString(0));
    assertThat(line.getString("error")).isEqualTo("UNKNOWN_SKU");
  }

  @Test
  void headIsAnsweredAsGetWithoutABody() {
    String order = stack.place("hedda", SKU, 1).getString("orderId");
    for (String path :
        List.of("/", "/api/v1/products", "/api/v1/orders/" + order, "/api/v1/stock/" + SKU)) {
      HttpResponse<String> head = stack.send(stack.as("hedda", "HEAD", path, ""));
      HttpResponse<String> get = stack.send(stack.as("hedda", "GET", path, ""));
      assertThat(head.statusCode()).as(path).isEqualTo(200);
      assertThat(head.body()).as(path).isEmpty();
      assertThat(head.headers().firstValue("Content-Type"))
          .isEqualTo(get.headers().firstValue("Content-Type"));
    }
    String events = "/api/v1/orders/" + order + "/events";
    HttpResponse<String> stream = stack.send(stack.as("hedda", "HEAD", events, ""));
    assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
    HttpResponse<String> nothing = stack.send(stack.request("HEAD", "/nothing", ""));
    assertThat(nothing.statusCode()).isEqualTo(404);
    assertThat(nothing.body()).isEmpty();
  }

  @Test
  void aDesignHasItsContentsIdAndAPreviewForEver() throws Exception {
    String design =
        "{\"template\":\"hoodie\",\"garmentColor\":\"#1F2A44\",\"layers\":[{\"text\":\"猪猪 Pig\","
            + "\"font\":\"sans-bold\",\"color\":\"#FFFFFF\",\"x\":500,\"y\":400,\"size\":160,"
            + "\"rotation\":0}]}";
    String id =
        stack.json(stack.as("dora", "POST", "/api/v1/designs", design)).getString("designId");
    assertThat(
            stack
                .json(stack.as("dora", "POST", "/api/v1/designs", " " + design))
                .getString("designId"))
        .isEqualTo(id);

    String path = "/api/v1/designs/" + id + "/preview.png?width=300";
    HttpResponse<byte[]> png =
        stack.client().send(stack.request("GET", path, "").build(), BodyHandlers.ofByteArray());
    assertThat(png.headers().firstValue("Content-Type")).contains("image/png");
    assertThat(png.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
    assertThat(ImageIO.read(new ByteArrayInputStream(png.body())).getWidth()).isEqualTo(300);
    String etag = png.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> unchanged =
        stack.send(stack.request("GET", path, "").header("If-None-Match", etag));
    assertThat(unchanged.statusCode()).isEqualTo(304);

    HttpRequest.Builder order =
        stack
            .as(
                "dora",
                "POST",
                "/api/v1/orders",
                "{\"lines\":[{\"sku\":\""
                    + SKU
                    + "\",\"quantity\":1,\"designId\":\""
                    + id
                    + "\"}]}")
            .header("Idempotency-Key", key());
    assertThat(stack.json(order).getJsonArray("lines").getJsonObject(0).getString("designId"))
        .isEqualTo(id);
  }

  @Test
  void aCustomerPagesThroughTheirOrdersNewestFirst() {
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      placed.addFirst(stack.place("paula", SKU, 1).getString("orderId"));
    }
    List<String> listed = new ArrayList<>();
    String cursor = "";
    do {
      JsonObject page = stack.json(stack.as("paula", "GET", "/api/v1/orders?limit=2" + cursor, ""));
      JsonArray orders = page.getJsonArray("orders");
      for (int i = 0; i < orders.size(); i++) {
        listed.add(orders.getJsonObject(i).getString("orderId"));
      }
      cursor = page.containsKey("nextCursor") ? "&cursor=" + page.getString("nextCursor") : "";
    } while (!cursor.isEmpty());
    assertThat(listed).isEqualTo(placed);
  }

  @Test
  void healthAndMetricsAreOnTheManagementPortOnly() throws Exception {
    stack.place("metra", SKU, 1);
    assertThat(management("/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = management("/health/ready");
    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
    assertThat(management("/metrics").body())
        .contains("http_server_requests_seconds_count")
        .contains("order_service_pending_orders")
        .contains("jvm_memory_used_bytes");
    Set<Integer> statuses = new HashSet<>();
    for (String path : List.of("/health/live", "/health/ready", "/metrics")) {
      statuses.add(stack.send(stack.request("GET", path, "")).statusCode());
    }
    assertThat(statuses).containsExactly(404);
  }

  @Test
  void thePagesAreServedAndBringNothingFromElsewhere() {
    for (String path :
        List.of("/", "/docs", "/web/storefront.js", "/web/docs.js", "/web/style.css")) {
      HttpResponse<String> page = stack.send(stack.request("GET", path, ""));
      assertThat(page.statusCode()).as(path).isEqualTo(200);
      assertThat(page.body()).as(path).doesNotContain("https://").isNotBlank();
    }
  }

  @Test
  void withoutTheDevelopmentIssuerNobodyGetsAToken() throws Exception {
    TestStack strict = TestStack.start("no_issuer", Map.of("auth.development-issuer", "off"));
    try {
      HttpResponse<String> answer =
          strict.send(strict.request("POST", "/api/v1/auth/token", "{\"customer\":\"a\"}"));
      ErrorContractTest.assertProblem(answer, 404, "NOT_FOUND");
    } finally {
      strict.close();
    }
  }

  private HttpResponse<String> management(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + stack.managementPort() + path);
    return stack.client().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
