package io.pigpig.edge.process;

import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Customers of one name who order one SKU, each request with a key of its own, whatever happens to
 * the program. Four threads, ended by {@link #stop}.
 */
final class Customers implements AutoCloseable {

  private static final int THREADS = 4;
  private static final long PAUSE_NANOS = 5_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final String name = "c" + UUID.randomUUID();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private final String sku;
  private final String token;
  private final String operatorToken;
  private volatile int port;
  private volatile boolean stopped;

  private Customers(int port, String sku) {
    this.port = port;
    this.sku = sku;
    this.token = token(name, "customer");
    this.operatorToken = token("ops", "operator");
  }

  /** Begins to order, and returns once the first orders are acknowledged. */
  static Customers ordering(int port, String sku) {
    Customers customers = new Customers(port, sku);
    for (int i = 0; i < THREADS; i++) {
      customers.threads.add(Thread.startVirtualThread(customers::orderOn));
    }
    customers.awaitMore(20, Duration.ofSeconds(30));
    return customers;
  }

  /** Customers for single requests, who order nothing by themselves. */
  static Customers quiet(int port) {
    return new Customers(port, "TEE-CLASSIC-WHITE-M");
  }

  private void orderOn() {
    while (!stopped) {
      try {
        HttpResponse<String> answer = place(UUID.randomUUID().toString());
        if (answer.statusCode() == 201) {
          acknowledged.add(new JsonObject(answer.body()).getString("orderId"));
        }
      } catch (IOException e) {
        // The program is away, which is what these tests are about: the order counts for nothing.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Asks for one unit under a key; answers the order's id, which must be accepted. */
  String placed(String key) throws IOException {
    HttpResponse<String> answer = place(key);
    if (answer.statusCode() != 201) {
      throw new AssertionError("not accepted: " + answer.body());
    }
    return new JsonObject(answer.body()).getString("orderId");
  }

  private HttpResponse<String> place(String key) throws IOException {
    String body = "{\"lines\":[{\"sku\":\"" + sku + "\",\"quantity\":1}]}";
    return send(
        request("/orders", token)
            .header("Idempotency-Key", key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  /** Places one order and pays it. */
  void buy() throws IOException {
    HttpResponse<String> paid = pay(placed(UUID.randomUUID().toString()), "tok_ok");
    if (paid.statusCode() != 200) {
      throw new AssertionError("not paid: " + paid.body());
    }
  }

  /** Pays an order with a card of the sandbox, and answers what came of it. */
  HttpResponse<String> pay(String id, String card) throws IOException {
    String body = new JsonObject().put("method", "sandbox").put("token", card).encode();
    return send(
        request("/orders/" + id + "/payment", token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  /** An order with its timeline. */
  JsonObject order(String id) throws IOException {
    return json("/orders/" + id, token);
  }

  /** Waits until this many more orders are acknowledged. */
  void awaitMore(int more, Duration patience) {
    int wanted = acknowledged.size() + more;
    Eventually.holds(more + " more orders", patience, () -> acknowledged.size() >= wanted);
  }

  void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      if (!thread.join(Duration.ofSeconds(30))) {
        throw new AssertionError("a request is never answered");
      }
    }
  }

  /** The program serves on another port now. */
  void turnTo(int newPort) {
    port = newPort;
  }

  Set<String> acknowledged() {
    return Set.copyOf(acknowledged);
  }

  /** Every order of these customers that the program knows of. */
  Set<String> stored() throws IOException {
    Set<String> ids = new HashSet<>();
    String cursor = "";
    do {
      JsonObject page = json("/orders?limit=100" + cursor, token);
      for (Object order : page.getJsonArray("orders", new JsonArray())) {
        ids.add(((JsonObject) order).getString("orderId"));
      }
      String next = page.getString("nextCursor");
      cursor = next == null ? "" : "&cursor=" + next;
    } while (!cursor.isEmpty());
    return ids;
  }

  /** The status of the order of a saga that has ended; empty of any other. Asks as an operator. */
  String endedAs(String id) throws IOException {
    JsonObject page = json("/admin/sagas?state=ENDED", operatorToken);
    return page.getJsonArray("sagas").stream()
        .map(JsonObject.class::cast)
        .filter(saga -> saga.getString("orderId").equals(id))
        .map(saga -> saga.getString("orderStatus"))
        .findFirst()
        .orElse("");
  }

  JsonObject audit() throws IOException {
    return json("/admin/audit", operatorToken);
  }

  private JsonObject json(String path, String bearer) throws IOException {
    HttpResponse<String> answer = send(request(path, bearer).GET());
    if (answer.statusCode() != 200) {
      throw new AssertionError(path + ": " + answer.body());
    }
    return new JsonObject(answer.body());
  }

  private String token(String who, String role) {
    String body = new JsonObject().put("customer", who).put("role", role).encode();
    try {
      HttpResponse<String> answer =
          send(
              request("/auth/token", "")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(body)));
      return new JsonObject(answer.body()).getString("access_token");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private HttpRequest.Builder request(String path, String bearer) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
            .timeout(PATIENCE);
    return bearer.isEmpty() ? request : request.header("Authorization", "Bearer " + bearer);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** At once, whatever is under way. */
  @Override
  public void close() {
    stopped = true;
    http.shutdownNow();
  }
}
