package io.pigpig.perf.load;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A small server of the HTTP contract which answers as a test wants it to, on one event loop. */
final class TestShop implements AutoCloseable {

  private static final int WAIT_SECONDS = 20;
  private static final long AWAY_MILLIS = 500;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger connections = new AtomicInteger();
  private final Set<String> keys = ConcurrentHashMap.newKeySet();
  private final Map<String, String> bodies = new ConcurrentHashMap<>();
  private final HttpServerOptions options;
  private final Consumer<HttpServerRequest> answer;
  private final AtomicInteger requestsLeft = new AtomicInteger(Integer.MAX_VALUE);
  private volatile HttpServer server;

  /**
   * @param answer called with each request once it is read
   */
  TestShop(Consumer<HttpServerRequest> answer) throws Exception {
    this(new HttpServerOptions(), answer);
  }

  TestShop(HttpServerOptions options, Consumer<HttpServerRequest> answer) throws Exception {
    this.options = options.setPort(0).setHost("127.0.0.1");
    this.answer = answer;
    server = listen().await(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private Future<HttpServer> listen() {
    return vertx
        .createHttpServer(options)
        .connectionHandler(connection -> connections.incrementAndGet())
        .requestHandler(this::receive)
        .listen();
  }

  private void receive(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              bodies.put(key(request), body.toString());
              answer.accept(request);
              if (requestsLeft.decrementAndGet() == 0) {
                goAway();
              }
            });
  }

  /** Ends with all its connections after so many answers, and serves again after a while. */
  void goAwayAfter(int answers) {
    requestsLeft.set(answers);
  }

  private void goAway() {
    options.setPort(server.actualPort());
    server
        .close()
        .compose(closed -> vertx.timer(AWAY_MILLIS))
        .compose(passed -> listen())
        .onSuccess(again -> server = again);
  }

  /** Accepts every order at once. */
  static TestShop accepting() throws Exception {
    return new TestShop(TestShop::accept);
  }

  Vertx vertx() {
    return vertx;
  }

  int port() {
    return server.actualPort();
  }

  /** Opened so far. */
  int connections() {
    return connections.get();
  }

  /** What was asked under a key last. */
  String body(String key) {
    return bodies.getOrDefault(key, "");
  }

  /** Whether a key is asked for the first time. */
  boolean isFirst(HttpServerRequest request) {
    return keys.add(key(request));
  }

  void forgetKeys() {
    keys.clear();
  }

  static String key(HttpServerRequest request) {
    String key = request.getHeader("Idempotency-Key");
    return key == null ? "" : key;
  }

  /** The number in the key of an order. */
  static long number(HttpServerRequest request) {
    String key = key(request);
    return Long.parseLong(key.substring(key.lastIndexOf('-') + 1));
  }

  /** With an id that tells the order's number. */
  static void accept(HttpServerRequest request) {
    accept(request, key(request).isEmpty() ? 0 : number(request));
  }

  static void accept(HttpServerRequest request, long id) {
    JsonObject order =
        new JsonObject()
            .put("status", "PENDING_PAYMENT")
            .put("orderId", new UUID(7, id).toString());
    request.response().setStatusCode(201).end(order.encode());
  }

  static void refuse(HttpServerRequest request, int status, String code) {
    JsonObject problem = new JsonObject().put("title", "code").put("code", code);
    request.response().setStatusCode(status).end(problem.encode());
  }

  @Override
  public void close() throws TimeoutException {
    vertx.close().await(WAIT_SECONDS, TimeUnit.SECONDS);
  }
}
