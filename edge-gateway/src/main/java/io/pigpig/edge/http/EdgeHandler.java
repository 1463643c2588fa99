package io.pigpig.edge.http;

import io.pigpig.edge.auth.TokenVerifier;
import io.pigpig.edge.http.Route.Presence;
import io.pigpig.runtime.CallerAddress;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.RateLimiter;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every request goes through before its handler: drain, limits, route, token, role, rate,
 * body. Cheap refusals come first. Owned by one event loop; not thread-safe.
 */
final class EdgeHandler {

  private static final String BEARER = "Bearer ";
  private static final CharSequence JSON = "application/json";

  /** What the handler is made of, each of the same event loop. */
  record Parts(
      RouteTable routes,
      TokenVerifier tokens,
      RateLimiter rates,
      ConnectionWatch connections,
      BodyWatch bodies,
      TraceIds traceIds,
      EdgeMetrics metrics,
      Ticker ticker) {}

  private final Parts parts;
  private boolean leaving;
  private boolean refusing;
  private boolean draining;
  private int active;
  private final Promise<Void> idle = Promise.promise();

  EdgeHandler(Parts parts) {
    this.parts = parts;
  }

  ConnectionWatch connections() {
    return parts.connections();
  }

  Call call(HttpServerRequest request, List<String> parameters) {
    return new Call(request, parameters, parts.traceIds(), parts.connections());
  }

  /** From here on every answer is the last one of its connection. */
  void leave() {
    leaving = true;
  }

  /** From here on every new request is refused; completes once those under way have ended. */
  Future<Void> drain() {
    refusing = true;
    return awaitIdle();
  }

  /** Completes once there is no request under way. */
  Future<Void> awaitIdle() {
    draining = true;
    if (active == 0) {
      idle.tryComplete();
    }
    return idle.future();
  }

  void sweep() {
    parts.connections().sweep();
    parts.bodies().sweep();
  }

  void handle(HttpServerRequest request) {
    long beganNanos = parts.ticker().nanos();
    parts.connections().requestBegan(request.connection());
    RouteTable.Match match = match(request);
    Call call = call(request, match.parameters());
    parts.metrics().began();
    active++;
    request
        .response()
        .endHandler(nothing -> ended(call, match.route(), beganNanos))
        .closeHandler(nothing -> ended(call, match.route(), beganNanos));
    if (leaving || refusing) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    if (refusing) {
      call.refuse(Refused.draining());
    } else if (hasTooManyFields(request)) {
      call.refuse(
          new Refusal.HeadersTooLarge(
              "the header has more than " + Limits.HEADER_FIELDS + " fields"));
    } else if (request.version() == HttpVersion.HTTP_1_1
        && request.headers().getAll(HttpHeaders.HOST).size() != 1) {
      call.refuse(new Refusal.InvalidRequest("the header must have one field Host"));
    } else if (expectsMore(request)) {
      call.refuse(
          new Refusal.ExpectationFailed(
              JsonReader.printable(request.getHeader(HttpHeaders.EXPECT))));
    } else if (match.route() == null) {
      call.refuse(unrouted(request, match.allow()));
    } else {
      authorise(call, match.route());
    }
  }

  /** Counted one by one: the size of the headers is that of their names. */
  private static boolean hasTooManyFields(HttpServerRequest request) {
    int fields = 0;
    for (Iterator<?> each = request.headers().iterator(); each.hasNext(); each.next()) {
      fields++;
    }
    return fields > Limits.HEADER_FIELDS;
  }

  private static boolean expectsMore(HttpServerRequest request) {
    if (!request.headers().contains(HttpHeaders.EXPECT)) {
      return false;
    }
    for (String expected : request.headers().getAll(HttpHeaders.EXPECT)) {
      if (!expected.equalsIgnoreCase("100-continue")) {
        return true;
      }
    }
    return false;
  }

  /** Once a call: of an answer that was cut off, Vert.x says that it ended and that it closed. */
  private void ended(Call call, @Nullable Route route, long beganNanos) {
    if (!call.end()) {
      return;
    }
    if (!call.response().ended()) {
      parts.metrics().count(EdgeMetric.CLIENTS_GONE);
    }
    parts.connections().requestEnded(call.request().connection());
    if (leaving) {
      parts.connections().closeSoon(call.request().connection());
    }
    active--;
    if (draining && active == 0) {
      idle.tryComplete();
    }
    long tookNanos = parts.ticker().nanos() - beganNanos;
    int status = call.response().getStatusCode();
    parts.metrics().ended(route, status, tookNanos);
    if (call.refusedCode() != null) {
      parts.metrics().refused(call.refusedCode());
    }
  }

  private RouteTable.Match match(HttpServerRequest request) {
    String path = request.path();
    return parts.routes().match(request.method(), path == null ? "" : path);
  }

  private static Refusal unrouted(HttpServerRequest request, String allow) {
    return allow.isEmpty()
        ? new Refusal.NotFound("there is nothing at this path")
        : new Refusal.MethodNotAllowed(JsonReader.printable(request.method().name()), allow);
  }

  private void authorise(Call call, Route route) {
    if (!route.access().needsToken()) {
      limit(call, route, CallerAddress.of(call.request().remoteAddress()));
      return;
    }
    Future<Principal> principal = principal(call.request());
    if (principal.succeeded()) {
      allow(call, route, principal.result());
      return;
    }
    if (!principal.isComplete()) {
      call.request().pause();
    }
    call.when(
        principal,
        verified -> {
          call.request().resume();
          allow(call, route, verified);
        });
  }

  private Future<Principal> principal(HttpServerRequest request) {
    List<String> headers = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    if (headers.size() != 1 || !headers.getFirst().regionMatches(true, 0, BEARER, 0, 7)) {
      return Future.failedFuture(
          new RefusedException(
              new Refusal.Unauthenticated("this needs one header Authorization: Bearer <token>")));
    }
    return parts.tokens().verify(headers.getFirst().substring(BEARER.length()));
  }

  private void allow(Call call, Route route, Principal principal) {
    if (!route.access().allows(principal)) {
      call.refuse(new Refusal.Forbidden("this is not for the role " + principal.role().name()));
      return;
    }
    call.principal(principal);
    limit(call, route, principal.customer());
  }

  private void limit(Call call, Route route, String who) {
    long waitNanos = parts.rates().tryAcquireNanos(who);
    if (waitNanos > 0) {
      call.refuse(new Refusal.RateLimited(who, Duration.ofNanos(waitNanos)));
    } else if (route.body().maxBytes() == 0 && hasBody(call.request())) {
      // What is sent all the same is not read.
      call.refuse(new Refusal.PayloadTooLarge(0));
    } else if (route.body().presence() == Presence.OPTIONAL && !hasBody(call.request())) {
      call.attempt(() -> route.handler().accept(call));
    } else if (!isJson(call.request())) {
      call.refuse(new Refusal.UnsupportedMediaType("application/json"));
    } else if (isEncoded(call.request())) {
      call.refuse(new Refusal.UnsupportedMediaType("bodies without a Content-Encoding"));
    } else {
      parts.bodies().read(call, route.body().maxBytes(), route.handler());
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  private static boolean isEncoded(HttpServerRequest request) {
    if (!request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
      return false;
    }
    for (String encoding : request.headers().getAll(HttpHeaders.CONTENT_ENCODING)) {
      if (!encoding.equalsIgnoreCase("identity")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isJson(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null || !type.regionMatches(true, 0, "application/json", 0, JSON.length())) {
      return false;
    }
    return type.length() == JSON.length()
        || type.charAt(JSON.length()) == ';'
        || type.charAt(JSON.length()) == ' ';
  }
}
