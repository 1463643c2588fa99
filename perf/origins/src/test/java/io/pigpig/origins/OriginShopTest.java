package io.pigpig.origins;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.sandbox.TestPeers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The promises of the order path hold with each of its parts switched back, on real stores. */
class OriginShopTest {

  private static final int CLIENTS = 40;
  private static final int UNITS = 25;

  @TempDir private static Path folder;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TestFactory
  Stream<DynamicTest> ordersAreDurableOnceAndNeverMoreThanThereIsStock() {
    return Stream.of(
            Set.of(Origin.REDIS_CONNECTION),
            Set.of(Origin.REFLECTIVE_JSON),
            Set.of(Origin.ORDER_TRANSACTION),
            Set.of(Origin.REDIS_PER_ITEM),
            Set.of(Origin.BLOCKING_STORE),
            Origins.all().switchedBack())
        .map(
            origins ->
                DynamicTest.dynamicTest(
                    origins.toString(), () -> keepsItsPromises(new Origins(origins))));
  }

  private void keepsItsPromises(Origins origins) throws Exception {
    TestPeers peers = new TestPeers();
    try (EdgeProcess shop = started(origins, peers)) {
      String operator = token(shop, "operator");
      String customer = token(shop, "customer");
      List<String> skus = skus(shop);
      setStock(shop, operator, skus.get(0), UNITS);
      setStock(shop, operator, skus.get(1), 1_000);
      sellOut(shop, customer, skus);
      replay(shop, customer, skus.get(1));
      refuse(shop, customer);
      audit(shop, operator);
    } finally {
      peers.close();
    }
  }

  private EdgeProcess started(Origins origins, TestPeers peers) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("server.port", "0");
    settings.put("server.event-loops", "2");
    settings.put("management.port", "0");
    settings.put("grpc.port", "0");
    settings.put("auth.development-issuer", "on");
    settings.put("stores.data", folder.toString());
    settings.put("stores.postgres-url", TestStores.freshDatabase("origins"));
    settings.put("stores.redis-url", TestStores.redisUrl());
    settings.put("payment.url", TestPeers.url(peers.paymentPort()));
    settings.put("carrier.url", TestPeers.url(peers.carrierPort()));
    List<String> more = origins.arguments();
    for (int i = 0; i < more.size(); i += 2) {
      settings.put(more.get(i).substring("--".length()), more.get(i + 1));
    }
    EdgeProcess shop =
        new EdgeProcess(
            SettingsReader.read(EdgeSettings.class, settings), () -> {}, origins.choices());
    shop.start();
    return shop;
  }

  /** More customers than units, each of whom also wants a unit of what there is enough of. */
  private void sellOut(EdgeProcess shop, String token, List<String> skus) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      String key = "selling-out-" + "%08d".formatted(i);
      answers.add(
          client.sendAsync(
              order(shop, token, key, body(skus.get(0), skus.get(1))), BodyHandlers.ofString()));
    }
    int accepted = 0;
    for (CompletableFuture<HttpResponse<String>> each : answers) {
      HttpResponse<String> answer = each.get();
      assertThat(answer.statusCode()).as(answer.body()).isIn(201, 409);
      accepted += answer.statusCode() == 201 ? 1 : 0;
    }
    // A gate item by item can refuse for units that come back a moment later, never the reverse.
    assertThat(accepted).isBetween(1, UNITS);
    JsonObject level = new JsonObject(send(get(shop, "/api/v1/stock/" + skus.get(0))).body());
    assertThat(level.getInteger("held")).isEqualTo(accepted);
  }

  private void replay(EdgeProcess shop, String token, String sku) throws Exception {
    HttpResponse<String> first = send(order(shop, token, "the-same-key-twice", body(sku, sku)));
    HttpResponse<String> second = send(order(shop, token, "the-same-key-twice", body(sku, sku)));
    assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(second.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(new JsonObject(second.body())).isEqualTo(new JsonObject(first.body()));
    assertThat(new JsonObject(first.body()).getJsonArray("lines")).hasSize(2);
  }

  private void refuse(EdgeProcess shop, String token) throws Exception {
    for (String body :
        List.of(
            "{}",
            "{\"lines\":[]}",
            "{\"lines\":[{\"sku\":\"NO-SUCH-SKU\",\"quantity\":1}]}",
            "{\"lines\":[{\"sku\":\"NO-SUCH-SKU\",\"quantity\":\"1\"}]}",
            "{\"lines\":[{\"sku\":\"NO-SUCH-SKU\",\"quantity\":1,\"more\":1}]}")) {
      HttpResponse<String> answer = send(order(shop, token, "refused-for-its-body", body));
      assertThat(answer.statusCode()).as(body + answer.body()).isBetween(400, 422);
    }
  }

  private void audit(EdgeProcess shop, String operator) throws Exception {
    HttpResponse<String> answer =
        send(to(shop, "/api/v1/admin/audit").header("Authorization", operator).build());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(answer.body()).getBoolean("ok")).as(answer.body()).isTrue();
  }

  private static String body(String first, String second) {
    return new JsonObject()
        .put(
            "lines",
            new JsonArray()
                .add(new JsonObject().put("sku", first).put("quantity", 1))
                .add(new JsonObject().put("sku", second).put("quantity", 1)))
        .encode();
  }

  private String token(EdgeProcess shop, String role) throws Exception {
    String asked = new JsonObject().put("customer", role).put("role", role).encode();
    HttpRequest request =
        to(shop, "/api/v1/auth/token").POST(BodyPublishers.ofString(asked)).build();
    return "Bearer " + new JsonObject(send(request).body()).getString("access_token");
  }

  private List<String> skus(EdgeProcess shop) throws Exception {
    JsonArray products =
        new JsonObject(send(get(shop, "/api/v1/products")).body()).getJsonArray("products");
    JsonArray variants = products.getJsonObject(0).getJsonArray("variants");
    return List.of(
        variants.getJsonObject(0).getString("sku"), variants.getJsonObject(1).getString("sku"));
  }

  private void setStock(EdgeProcess shop, String operator, String sku, int total) throws Exception {
    HttpRequest request =
        to(shop, "/api/v1/stock/" + sku)
            .header("Authorization", operator)
            .PUT(BodyPublishers.ofString("{\"total\":" + total + "}"))
            .build();
    assertThat(send(request).statusCode()).isEqualTo(200);
  }

  private static HttpRequest order(EdgeProcess shop, String token, String key, String body) {
    return to(shop, "/api/v1/orders")
        .header("Authorization", token)
        .header("Idempotency-Key", key)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static HttpRequest get(EdgeProcess shop, String path) {
    return to(shop, path).build();
  }

  private static HttpRequest.Builder to(EdgeProcess shop, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shop.port() + path))
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, BodyHandlers.ofString());
  }
}
