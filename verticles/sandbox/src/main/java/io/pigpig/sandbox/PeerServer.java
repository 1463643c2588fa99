package io.pigpig.sandbox;

import io.pigpig.sandbox.Faults.Fault;
import io.pigpig.sandbox.Faults.Hit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A peer's HTTP interface.
 *
 * <ul>
 *   <li>{@code POST /v1/charges} or {@code /v1/waybills} with {@code Idempotency-Key}: makes the
 *       effect; 201, or 402 / 422 when refused; the same answer for the same key and body, 422 for
 *       another body, 409 when the key was taken back before
 *   <li>{@code POST .../{key}/refund} or {@code .../{key}/void}: takes it back, 200
 *   <li>{@code GET .../{key}}, {@code GET /v1/ledger?after=&limit=}: what was done
 *   <li>{@code PUT, GET, DELETE /v1/faults}: what is to go wrong
 *   <li>{@code GET /health}
 * </ul>
 *
 * <p>Owned by one event loop.
 */
final class PeerServer {

  private static final int BODY_BYTES_MAX = 16 * 1024;
  private static final int PAGE_MAX = 1000;
  private static final String KEY = "[A-Za-z0-9:_-]{1,128}";
  private static final String TOKEN_OK = "tok_ok";

  private final Vertx vertx;
  private final PeerKind kind;
  private final PeerLedger ledger;
  private final SandboxSettings settings;
  private final Faults faults;
  private @Nullable HttpServer server;

  PeerServer(
      Vertx vertx, PeerKind kind, PeerLedger ledger, Faults faults, SandboxSettings settings) {
    this.vertx = vertx;
    this.kind = kind;
    this.ledger = ledger;
    this.faults = faults;
    this.settings = settings;
  }

  /** Answers the port. */
  Future<Integer> open() {
    HttpServer fresh =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) settings.idleTimeout().toMillis()));
    server = fresh;
    return fresh.requestHandler(this::receive).listen().map(HttpServer::actualPort);
  }

  Future<Void> close() {
    HttpServer open = server;
    return open == null ? Future.succeededFuture() : open.shutdown(1, TimeUnit.SECONDS);
  }

  private void receive(HttpServerRequest request) {
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          if (body.length() + part.length() <= BODY_BYTES_MAX) {
            body.appendBuffer(part);
          } else if (!request.response().ended()) {
            request.handler(rest -> {});
            answer(request, 413, problem("the body has more than " + BODY_BYTES_MAX + " bytes"));
          }
        });
    request.endHandler(
        end -> {
          if (!request.response().ended()) {
            route(request, body);
          }
        });
  }

  private void route(HttpServerRequest request, Buffer body) {
    try {
      String path = String.valueOf(request.path());
      String method = request.method().name();
      if (path.equals("/health") && method.equals("GET")) {
        answer(request, 200, new JsonObject().put("status", "UP").put("peer", kind.name()));
      } else if (path.equals("/v1/ledger") && method.equals("GET")) {
        page(request);
      } else if (path.equals("/v1/faults")) {
        faults(request, body);
      } else if (path.equals(kind.path) && method.equals("POST")) {
        make(request, body);
      } else if (path.startsWith(kind.path + "/")) {
        oneKey(request, path.substring(kind.path.length() + 1));
      } else {
        answer(request, 404, problem("there is nothing at " + method + " " + path));
      }
    } catch (IllegalArgumentException | DecodeException | ClassCastException e) {
      answer(request, 400, problem(String.valueOf(e.getMessage())));
    }
  }

  private void make(HttpServerRequest request, Buffer body) {
    String key = key(request.getHeader("Idempotency-Key"));
    Entry wanted = kind == PeerKind.PAYMENT ? charge(key, body) : waybill(key, body);
    Entry known = ledger.find(key);
    if (known != null && !known.request().isEmpty() && !known.request().equals(wanted.request())) {
      answer(request, 422, problem("the key was used with another body"));
      return;
    }
    if (known == null && !ledger.hasRoom()) {
      answer(request, 507, problem("the ledger is full"));
      return;
    }
    boolean declined = kind == PeerKind.PAYMENT && !wanted.request().endsWith(" " + TOKEN_OK);
    perform(
        request,
        faults.strike(kind.doing),
        refused -> ledger.make(wanted, declined || refused),
        made -> {
          if (known != null) {
            request.response().putHeader("Idempotent-Replayed", "true");
          }
          answer(request, status(made), made.shown());
        });
  }

  private int status(Entry made) {
    if (made.status().equals(kind.done)) {
      return 201;
    }
    if (made.status().equals(kind.refused)) {
      return kind == PeerKind.PAYMENT ? 402 : 422;
    }
    return 409;
  }

  private static Entry charge(String key, Buffer body) {
    JsonObject json = object(body, Set.of("orderId", "amountCents", "currency", "token"));
    String orderId = text(json, "orderId");
    long amount = whole(json, "amountCents", 1, 1_000_000_000_000L);
    String canonical = orderId + " " + amount + " " + text(json, "currency");
    return new Entry(0, key, orderId, "", canonical + " " + text(json, "token"), amount, "");
  }

  private static Entry waybill(String key, Buffer body) {
    JsonObject json = object(body, Set.of("orderId", "units"));
    String orderId = text(json, "orderId");
    String canonical = orderId + " " + whole(json, "units", 1, 1_000_000);
    String reference = "WB-" + Integer.toHexString(key.hashCode()) + "-" + orderId;
    return new Entry(0, key, orderId, "", canonical, 0, reference);
  }

  private void oneKey(HttpServerRequest request, String rest) {
    String[] parts = rest.split("/", -1);
    String key = key(parts[0]);
    if (parts.length == 1 && request.method().name().equals("GET")) {
      Entry known = ledger.find(key);
      if (known == null) {
        answer(request, 404, problem("nothing is known of " + key));
      } else {
        answer(request, 200, known.shown());
      }
    } else if (parts.length == 2
        && parts[1].equals(kind.undoing)
        && request.method().name().equals("POST")) {
      undo(request, key);
    } else {
      answer(request, 404, problem("there is nothing at " + request.path()));
    }
  }

  private void undo(HttpServerRequest request, String key) {
    if (ledger.hasRoomToUndo(key)) {
      perform(
          request,
          faults.strike(kind.undoing),
          refused -> ledger.undo(key),
          undone -> answer(request, 200, undone.shown()));
    } else {
      answer(request, 507, problem("the ledger is full"));
    }
  }

  /** An effect that can be made; the argument says whether it is refused by a fault. */
  @FunctionalInterface
  private interface Effect {
    Future<Entry> make(boolean refused);
  }

  private void perform(
      HttpServerRequest request, @Nullable Hit hit, Effect effect, Consumer<Entry> answer) {
    Fault fault = hit == null ? null : hit.fault();
    if (fault == Fault.ERROR) {
      answer(request, 500, problem("a scripted fault"));
    } else if (fault == Fault.SILENT_BEFORE) {
      keepSilent(request);
    } else {
      effect
          .make(fault == Fault.REFUSE)
          .onSuccess(entry -> told(request, hit, () -> answer.accept(entry)))
          .onFailure(e -> answer(request, 500, problem("the ledger is broken")));
    }
  }

  private void told(HttpServerRequest request, @Nullable Hit hit, Runnable answer) {
    if (hit == null || hit.fault() == Fault.REFUSE) {
      answer.run();
    } else if (hit.fault() == Fault.CUT_AFTER) {
      request.connection().close();
    } else if (hit.fault() == Fault.DELAY) {
      vertx.setTimer(Math.max(1, hit.delayMillis()), id -> answer.run());
    } else {
      keepSilent(request);
    }
  }

  private void keepSilent(HttpServerRequest request) {
    vertx.setTimer(settings.silenceMax().toMillis(), id -> request.connection().close());
  }

  private void page(HttpServerRequest request) {
    long after = number(request, "after", 0, Long.MAX_VALUE, 0);
    int limit = (int) number(request, "limit", 1, PAGE_MAX, PAGE_MAX);
    List<Entry> entries = ledger.after(after, limit);
    JsonArray shown = new JsonArray();
    for (Entry entry : entries) {
      shown.add(
          entry
              .shown()
              .put("sequence", entry.sequence())
              .put("orderId", entry.orderId())
              .put("amountCents", entry.amountCents()));
    }
    long next = entries.isEmpty() ? after : entries.getLast().sequence();
    answer(request, 200, new JsonObject().put("entries", shown).put("next", next));
  }

  private void faults(HttpServerRequest request, Buffer body) {
    if (request.method().name().equals("PUT")) {
      faults.script(new JsonObject(body), kind);
    } else if (request.method().name().equals("DELETE")) {
      faults.script(new JsonObject().put("rules", new JsonArray()), kind);
    } else if (!request.method().name().equals("GET")) {
      answer(request, 405, problem("faults take PUT, GET and DELETE"));
      return;
    }
    answer(request, 200, faults.script());
  }

  private static String key(@Nullable String text) {
    if (text == null || !text.matches(KEY)) {
      throw new IllegalArgumentException("Idempotency-Key must be " + KEY);
    }
    return text;
  }

  private static JsonObject object(Buffer body, Set<String> fields) {
    JsonObject json = new JsonObject(body);
    for (String field : json.fieldNames()) {
      if (!fields.contains(field)) {
        throw new IllegalArgumentException("field " + field + " is unknown");
      }
    }
    return json;
  }

  private static String text(JsonObject json, String field) {
    Object value = json.getValue(field);
    if (!(value instanceof String text) || !text.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(field + " must be 1 to 64 of [A-Za-z0-9_-]");
    }
    return text;
  }

  private static long whole(JsonObject json, String field, long min, long max) {
    Object value = json.getValue(field);
    boolean isWhole = value instanceof Integer || value instanceof Long;
    long number = isWhole ? ((Number) value).longValue() : min - 1;
    if (number < min || number > max) {
      throw new IllegalArgumentException(field + " must be " + min + " to " + max);
    }
    return number;
  }

  private static long number(
      HttpServerRequest request, String name, long min, long max, long byDefault) {
    String text = request.getParam(name);
    long number = text == null ? byDefault : Long.parseLong(text);
    if (number < min || number > max) {
      throw new IllegalArgumentException(name + " must be " + min + " to " + max);
    }
    return number;
  }

  private static JsonObject problem(String detail) {
    return new JsonObject().put("detail", detail);
  }

  private static void answer(HttpServerRequest request, int status, JsonObject body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .end(body.toBuffer());
  }
}
