package io.pigpig.perf;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A thin, blocking client of the stack's HTTP contract; each call but the audit waits at most
 * {@value #DEADLINE_SECONDS} s. Thread-safe, for virtual threads. Throws IOException when no answer
 * came.
 */
final class HttpShop implements AutoCloseable {

  private static final int DEADLINE_SECONDS = 10;
  private static final Duration AUDIT_DEADLINE = Duration.ofMinutes(3);

  /**
   * An answer; {@code body} is empty when it was no JSON object.
   *
   * @param replayed whether an earlier request with the same key was the one that was served
   */
  record Answer(int status, String text, JsonObject body, boolean replayed) {

    /** The problem's stable code, or an empty string. */
    String code() {
      return body.getString("code", "");
    }

    /** A refusal the contract says to repeat with the same key; nothing final was said. */
    boolean retryable() {
      return status == 429 || status == 503 || code().equals("REQUEST_IN_FLIGHT");
    }
  }

  /** The ledger's figures of a SKU. */
  record Stock(long total, long available, long held, long sold) {
    long committed() {
      return held + sold;
    }
  }

  private final String base;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  HttpShop(int port) {
    this.base = "http://127.0.0.1:" + port;
  }

  /** A token of the development issuer. */
  String token(String customer, String role) throws IOException {
    JsonObject who = new JsonObject().put("customer", customer).put("role", role);
    return expect(200, post("/api/v1/auth/token", who)).body().getString("access_token");
  }

  /** Every SKU of the catalog, in order. */
  List<String> skus() throws IOException {
    TreeSet<String> skus = new TreeSet<>();
    String text = expect(200, get("/api/v1/products", "")).text();
    collectSkus(text.startsWith("[") ? new JsonArray(text) : new JsonObject(text), skus);
    return new ArrayList<>(skus);
  }

  private static void collectSkus(Object node, Set<String> into) {
    if (node instanceof JsonArray array) {
      array.forEach(element -> collectSkus(element, into));
    } else if (node instanceof JsonObject object) {
      if (object.getValue("sku") instanceof String sku) {
        into.add(sku);
      }
      object.forEach(field -> collectSkus(field.getValue(), into));
    }
  }

  Answer order(String token, String key, String sku, int quantity) throws IOException {
    return order(token, key, sku, quantity, "");
  }

  /** An order of a printed design; an empty one is none. */
  Answer order(String token, String key, String sku, int quantity, String design)
      throws IOException {
    JsonObject line = new JsonObject().put("sku", sku).put("quantity", quantity);
    if (!design.isEmpty()) {
      line.put("designId", design);
    }
    JsonObject order = new JsonObject().put("lines", new JsonArray().add(line));
    return send(
        request("/api/v1/orders", token)
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(order.encode())));
  }

  /** Stores a design that says so much; its id. */
  String design(String token, String text) throws IOException {
    JsonObject layer =
        new JsonObject()
            .put("text", text)
            .put("font", "sans-bold")
            .put("color", "#FFFFFF")
            .put("x", 500)
            .put("y", 400)
            .put("size", 40)
            .put("rotation", 0);
    JsonObject design =
        new JsonObject()
            .put("template", "hoodie")
            .put("garmentColor", "#1F2A44")
            .put("layers", new JsonArray().add(layer));
    HttpRequest.Builder request =
        request("/api/v1/designs", token)
            .POST(HttpRequest.BodyPublishers.ofString(design.encode()));
    return expect(201, send(request)).body().getString("designId");
  }

  Answer cancel(String token, String orderId) throws IOException {
    return send(
        request("/api/v1/orders/" + orderId + "/cancel", token)
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  Answer pay(String token, String orderId) throws IOException {
    JsonObject payment = new JsonObject().put("method", "sandbox").put("token", "tok_ok");
    return send(
        request("/api/v1/orders/" + orderId + "/payment", token)
            .POST(HttpRequest.BodyPublishers.ofString(payment.encode())));
  }

  /** Retries or cancels a saga, as the repair console does. */
  Answer saga(String token, String orderId, String action) throws IOException {
    return send(
        request("/api/v1/admin/sagas/" + orderId + "/" + action, token)
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** How many sagas are in a state: RUNNING, PARKED or ENDED; 100 says 100 or more. */
  int sagas(String token, String state) throws IOException {
    return expect(200, get("/api/v1/admin/sagas?limit=100&state=" + state, token))
        .body()
        .getJsonArray("sagas")
        .size();
  }

  Answer readOrder(String token, String orderId) throws IOException {
    return get("/api/v1/orders/" + orderId, token);
  }

  Stock stock(String sku) throws IOException {
    return stockOf(expect(200, get("/api/v1/stock/" + sku, "")).body());
  }

  /** Creates or changes the total of a SKU; {@code token} is an operator's. */
  Stock setStock(String token, String sku, long total) throws IOException {
    String body = new JsonObject().put("total", total).encode();
    return stockOf(
        expect(
                200,
                send(
                    request("/api/v1/stock/" + sku, token)
                        .PUT(HttpRequest.BodyPublishers.ofString(body))))
            .body());
  }

  /**
   * The names of the invariants that do not hold; empty when the audit is ok. Reads every order.
   */
  List<String> audit(String token) throws IOException {
    HttpRequest.Builder request = request("/api/v1/admin/audit", token).timeout(AUDIT_DEADLINE);
    JsonObject audit = expect(200, send(request.GET())).body();
    List<String> broken = new ArrayList<>();
    for (Object check : audit.getJsonArray("checks")) {
      if (check instanceof JsonObject c && c.getLong("violations", 0L) != 0) {
        broken.add("audit: " + c.getString("name") + " has " + c.getLong("violations"));
      }
    }
    if (!audit.getBoolean("ok", false) && broken.isEmpty()) {
      broken.add("audit: not ok: " + audit.encode());
    }
    return broken;
  }

  /** The status of any path, such as a management port's readiness. */
  Answer get(String path, String token) throws IOException {
    return send(request(path, token).GET());
  }

  /** Puts JSON at any path, such as a sandbox's {@code /v1/faults}. */
  Answer put(String path, JsonObject body) throws IOException {
    return expect(
        200, send(request(path, "").PUT(HttpRequest.BodyPublishers.ofString(body.encode()))));
  }

  private Answer post(String path, JsonObject body) throws IOException {
    return send(request(path, "").POST(HttpRequest.BodyPublishers.ofString(body.encode())));
  }

  private HttpRequest.Builder request(String path, String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(DEADLINE_SECONDS))
            .header("Content-Type", "application/json");
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private Answer send(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          answer.statusCode(),
          answer.body(),
          json(answer.body()),
          answer.headers().firstValue("Idempotent-Replayed").isPresent());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for an answer", e);
    }
  }

  private static JsonObject json(String text) {
    try {
      return text.startsWith("{") ? new JsonObject(text) : new JsonObject();
    } catch (DecodeException notJson) {
      return new JsonObject();
    }
  }

  private static Stock stockOf(JsonObject stock) {
    return new Stock(
        stock.getLong("total"),
        stock.getLong("available"),
        stock.getLong("held"),
        stock.getLong("sold"));
  }

  private static Answer expect(int status, Answer answer) throws IOException {
    if (answer.status() != status) {
      throw new IOException(
          "expected " + status + ", got " + answer.status() + ": " + answer.text());
    }
    return answer;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
