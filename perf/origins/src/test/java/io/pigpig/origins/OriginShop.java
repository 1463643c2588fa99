package io.pigpig.origins;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.wiring.EdgeProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client of the HTTP contract, as far as these tests ask; no answer within its time fails. */
final class OriginShop implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final EdgeProcess process;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(DEADLINE).build();

  /**
   * @param process that serves HTTP
   */
  OriginShop(EdgeProcess process) {
    this.process = process;
  }

  String token(String role) throws Exception {
    String asked = new JsonObject().put("customer", role).put("role", role).encode();
    HttpResponse<String> answer =
        send(to("/api/v1/auth/token").POST(BodyPublishers.ofString(asked)));
    return "Bearer " + new JsonObject(answer.body()).getString("access_token");
  }

  /** Two of them. */
  List<String> skus() throws Exception {
    JsonArray products =
        new JsonObject(send(to("/api/v1/products")).body()).getJsonArray("products");
    JsonArray variants = products.getJsonObject(0).getJsonArray("variants");
    return List.of(
        variants.getJsonObject(0).getString("sku"), variants.getJsonObject(1).getString("sku"));
  }

  void setStock(String operator, String sku, int total) throws Exception {
    HttpRequest.Builder request =
        to("/api/v1/stock/" + sku)
            .header("Authorization", operator)
            .PUT(BodyPublishers.ofString("{\"total\":" + total + "}"));
    assertThat(send(request).statusCode()).isEqualTo(200);
  }

  JsonObject level(String sku) throws Exception {
    return new JsonObject(send(to("/api/v1/stock/" + sku)).body());
  }

  /** A line for each. */
  List<JsonObject> levels(List<String> skus) throws Exception {
    String asked = new JsonObject().put("skus", new JsonArray(skus)).encode();
    HttpResponse<String> answer =
        send(to("/api/v1/stock:check").POST(BodyPublishers.ofString(asked)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body().lines().map(JsonObject::new).toList();
  }

  /** Of one unit of each. */
  static String body(String first, String second) {
    return new JsonObject()
        .put(
            "lines",
            new JsonArray()
                .add(new JsonObject().put("sku", first).put("quantity", 1))
                .add(new JsonObject().put("sku", second).put("quantity", 1)))
        .encode();
  }

  HttpResponse<String> order(String token, String key, String body) throws Exception {
    return send(ordering(token, key, body));
  }

  CompletableFuture<HttpResponse<String>> orderMeanwhile(String token, String key, String body) {
    return client.sendAsync(ordering(token, key, body).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder ordering(String token, String key, String body) {
    return to("/api/v1/orders")
        .header("Authorization", token)
        .header("Idempotency-Key", key)
        .POST(BodyPublishers.ofString(body));
  }

  JsonObject audit(String operator) throws Exception {
    HttpResponse<String> answer = send(to("/api/v1/admin/audit").header("Authorization", operator));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.port() + path))
        .timeout(DEADLINE)
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
