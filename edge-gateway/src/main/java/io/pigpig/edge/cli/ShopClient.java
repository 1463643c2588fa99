package io.pigpig.edge.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A customer of the HTTP interface on this machine, as the command line needs one.
 *
 * <p>Owner: one thread, which every call blocks, 10 s at most. Any answer but a 2xx ends in a
 * {@link Failure} with one line.
 */
final class ShopClient implements AutoCloseable {

  /** The stack is not there, or refused; the message is one line. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final int port;
  private String token = "";

  ShopClient(int port) {
    this.port = port;
  }

  /** The SKU of the first variant in the catalog. */
  String firstSku() {
    HttpResponse<String> answer = accepted(request("/products").GET().build());
    try {
      Object products = Json.decodeValue(answer.body());
      return firstSkuIn(products)
          .orElseThrow(() -> new Failure("the catalog is empty; name one with --sku"));
    } catch (DecodeException e) {
      throw noJson("/products");
    }
  }

  private static Optional<String> firstSkuIn(Object node) {
    return switch (node) {
      case JsonObject object ->
          Optional.ofNullable(object.getString("sku"))
              .or(() -> first(object.fieldNames().stream().map(object::getValue)));
      case JsonArray array -> first(array.stream());
      default -> Optional.empty();
    };
  }

  private static Optional<String> first(Stream<Object> nodes) {
    return nodes
        .filter(node -> node instanceof JsonObject || node instanceof JsonArray)
        .map(ShopClient::firstSkuIn)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Takes a token from the development issuer for the calls that follow. */
  void signIn(String customer, String role) {
    JsonObject body = new JsonObject().put("customer", customer).put("role", role);
    token = post("/auth/token", body).getString("access_token", "");
  }

  /** Places an order of one line, with a key of its own. */
  JsonObject place(String sku, int quantity) {
    JsonObject line = new JsonObject().put("sku", sku).put("quantity", quantity);
    JsonObject body = new JsonObject().put("lines", new JsonArray().add(line));
    return post("/orders", body);
  }

  void pay(String orderId) {
    post(
        "/orders/" + orderId + "/payment",
        new JsonObject().put("method", "sandbox").put("token", "tok_ok"));
  }

  /** The latest sagas; an empty state is all that have not ended. */
  List<JsonObject> sagas(String state) {
    String path = "/admin/sagas?limit=100" + (state.isEmpty() ? "" : "&state=" + state);
    HttpResponse<String> answer = accepted(request(path).GET().build());
    return json(answer.body(), path).getJsonArray("sagas").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  /** One saga with what operators did to it. */
  JsonObject saga(String orderId) {
    String path = "/admin/sagas/" + orderId;
    return json(accepted(request(path).GET().build()).body(), path);
  }

  /** {@code retry} or {@code cancel}; answers the saga after. */
  JsonObject actOnSaga(String orderId, String action) {
    return post("/admin/sagas/" + orderId + "/" + action, new JsonObject());
  }

  private JsonObject post(String path, JsonObject body) {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .POST(BodyPublishers.ofString(body.encode()))
            .build();
    return json(accepted(request).body(), path);
  }

  /** Hands each change of the order's timeline on, until the one that says PAID. */
  void timelineUntilPaid(String orderId, Consumer<JsonObject> eachChange) {
    HttpRequest request =
        request("/orders/" + orderId + "/events").header("Accept", "text/event-stream").build();
    CompletableFuture<Void> read =
        http.sendAsync(request, BodyHandlers.ofLines())
            .thenAcceptAsync(answer -> readChanges(answer, eachChange), Thread::startVirtualThread);
    await(read, "the timeline of order " + orderId + " does not say PAID");
  }

  private static void readChanges(
      HttpResponse<Stream<String>> answer, Consumer<JsonObject> eachChange) {
    try (Stream<String> lines = answer.body()) {
      if (answer.statusCode() != 200) {
        throw refused(answer.statusCode(), String.join("", lines.toList()));
      }
      boolean paid =
          lines
              .filter(line -> line.startsWith("data:"))
              .map(line -> json(line.substring("data:".length()), "/events"))
              .peek(eachChange)
              .anyMatch(change -> "PAID".equals(change.getString("status")));
      if (!paid) {
        throw new Failure("the timeline ended before the order was paid");
      }
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
            .timeout(PATIENCE);
    return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> accepted(HttpRequest request) {
    HttpResponse<String> answer =
        await(
            http.sendAsync(request, BodyHandlers.ofString()),
            request.uri().getPath() + " does not answer");
    if (answer.statusCode() / 100 != 2) {
      throw refused(answer.statusCode(), answer.body());
    }
    return answer;
  }

  private <T> T await(CompletableFuture<T> answer, String otherwise) {
    try {
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new Failure(otherwise + " within " + PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
  }

  private Failure failure(Throwable cause) {
    return switch (cause) {
      case Failure failure -> failure;
      case ConnectException e ->
          new Failure("nothing listens on 127.0.0.1:" + port + "; start it with ./edge up");
      case IOException e -> new Failure("127.0.0.1:" + port + " broke off: " + e.getMessage());
      default -> throw new IllegalStateException(cause);
    };
  }

  /** One line of an answer in problem+json, or of whatever else came. */
  private static Failure refused(int status, String body) {
    try {
      JsonObject problem = new JsonObject(body);
      return new Failure(
          "refused with %d %s: %s"
              .formatted(status, problem.getString("code", ""), problem.getString("detail", "")));
    } catch (DecodeException e) {
      return new Failure("refused with " + status);
    }
  }

  private static JsonObject json(String text, String path) {
    try {
      return new JsonObject(text);
    } catch (DecodeException e) {
      throw noJson(path);
    }
  }

  private static Failure noJson(String path) {
    return new Failure("the answer of " + path + " is not the JSON that was agreed");
  }

  /** At once: the timeline's stream would otherwise keep the client open. */
  @Override
  public void close() {
    http.shutdownNow();
  }
}
