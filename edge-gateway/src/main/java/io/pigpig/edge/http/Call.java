package io.pigpig.edge.http;

import io.pigpig.runtime.Principal;
import io.pigpig.runtime.UuidText;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on its way to its one answer. Lives on one event loop. */
final class Call {

  private static final Logger log = LoggerFactory.getLogger(Call.class);
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence PROBLEM = HttpHeaders.createOptimized(Problem.MEDIA_TYPE);
  private static final byte[] NO_BODY = {};

  private final HttpServerRequest request;
  private final TraceIds traceIds;
  private final ConnectionWatch connections;
  private final List<String> parameters;
  private @Nullable Principal principal;
  private byte[] body = NO_BODY;
  private @Nullable String refusedCode;
  private @Nullable ReadRequest reading;
  private boolean isOver;

  Call(
      HttpServerRequest request,
      List<String> parameters,
      TraceIds traceIds,
      ConnectionWatch connections) {
    this.request = request;
    this.connections = connections;
    this.parameters = parameters;
    this.traceIds = traceIds;
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return request.response();
  }

  /** This request only reads: what is asked of others for it is given up when its client leaves. */
  void reads() {
    reading = ReadRequest.begin(Objects.requireNonNull(Vertx.currentContext(), "on its loop"));
  }

  /** Completes when a request that only reads has its answer, or nobody waits for that. */
  Future<?> gone() {
    Promise<Void> gone = Promise.promise();
    if (reading != null) {
      reading.onOver(gone::tryComplete);
    }
    return gone.future();
  }

  /** The answer has ended, or its client has left before; false if that was known. */
  boolean end() {
    if (isOver) {
      return false;
    }
    isOver = true;
    if (reading != null) {
      reading.end(response().ended());
    }
    return true;
  }

  void principal(Principal verified) {
    principal = verified;
  }

  /** Who asks; only on routes that need a token. */
  Principal principal() {
    return Objects.requireNonNull(principal, "a route with a token has a principal");
  }

  void body(byte[] whole) {
    body = whole;
  }

  byte[] body() {
    return body;
  }

  /** The path's parameter, counted from 0. */
  String parameter(int index) {
    return parameters.get(index);
  }

  /** The path's first parameter as an order id; what is not one cannot be found. */
  UUID orderId() {
    String text = parameter(0);
    UUID id = UuidText.parse(text);
    if (id == null) {
      throw new RefusedException(
          new Refusal.NotFound("there is no order " + JsonReader.printable(text)));
    }
    return id;
  }

  /** The value of a query parameter, or null; given twice it is refused. */
  @Nullable String query(String name) {
    List<String> values = request.params().getAll(name);
    if (values.size() > 1) {
      throw JsonReader.invalid("the parameter " + name + " is given twice");
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  /** The query parameter {@code cursor}, or null. */
  @Nullable UUID cursor() {
    String text = query("cursor");
    UUID cursor = text == null ? null : UuidText.parse(text);
    if (text != null && cursor == null) {
      throw JsonReader.invalid("cursor must be the nextCursor of a page");
    }
    return cursor;
  }

  /** A query parameter that is a whole number, or {@code otherwise} when it is absent. */
  int queryNumber(String name, int min, int max, int otherwise) {
    String text = query(name);
    if (text == null) {
      return otherwise;
    }
    if (text.matches("[0-9]{1,9}")) {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw JsonReader.invalid(name + " must be a whole number from " + min + " to " + max);
  }

  /** Answers what {@code work} ends with: its value through {@code answer}, or its refusal. */
  <T> void when(Future<T> work, Consumer<T> answer) {
    work.onComplete(
        done -> {
          if (done.succeeded()) {
            attempt(() -> answer.accept(done.result()));
          } else {
            failed(done.cause());
          }
        });
  }

  /** Runs {@code step}; what it throws is answered. */
  void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  void json(int status, Buffer json) {
    HttpServerResponse response = response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(json);
  }

  /** Answers that it was taken, and nothing more. */
  void accepted() {
    HttpServerResponse response = response();
    if (!response.ended() && !response.closed()) {
      response.setStatusCode(202).end();
    }
  }

  void refuse(Refusal refusal) {
    answer(Problem.of(refusal), traceIds.next());
  }

  /** A refusal is answered; anything else is a bug: logged once, here, and answered 500. */
  void failed(Throwable cause) {
    if (cause instanceof RefusedException refused) {
      refuse(refused.refusal());
      return;
    }
    String traceId = traceIds.next();
    log.error("trace {}: {} {} failed", traceId, request.method(), request.path(), cause);
    answer(Problem.internal(), traceId);
  }

  private void answer(Problem problem, String traceId) {
    refusedCode = problem.code();
    HttpServerResponse response = response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      // The answer has begun and cannot become another: cut it off, so that it is not taken whole.
      request.connection().close();
      return;
    }
    response.setStatusCode(problem.status()).putHeader(HttpHeaders.CONTENT_TYPE, PROBLEM);
    if (problem.retryAfterSeconds() > 0) {
      response.putHeader("Retry-After", Long.toString(problem.retryAfterSeconds()));
    }
    if (problem.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    if (problem.allow() != null) {
      response.putHeader("Allow", problem.allow());
    }
    if (!request.isEnded()) {
      // The rest of the body is dropped: the connection carries no other request.
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      request.handler(rest -> {}).resume();
      connections.closeSoon(request.connection());
    }
    response.end(problem.json(traceId));
  }

  /** The code this call was refused with, or null. */
  @Nullable String refusedCode() {
    return refusedCode;
  }
}
