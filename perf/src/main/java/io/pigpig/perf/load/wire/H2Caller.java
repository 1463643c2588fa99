package io.pigpig.perf.load.wire;

import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadPlan.Share;
import io.pigpig.perf.load.OrderKeys;
import io.pigpig.perf.load.flow.Item;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;

/** Calls of the HTTP contract over HTTP/2. */
final class H2Caller implements Caller {

  private static final CharSequence KEY = HttpHeaders.createOptimized("idempotency-key");
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  /** A share's requests: heads by path or token, bodies by SKU or list of them. */
  private record Template(List<RequestOptions> heads, boolean keyed, List<Buffer> bodies) {}

  /** The requests of a plan, the same on each of its connections. */
  static final class Templates {
    private final List<Template> templates = new ArrayList<>();
    private final List<CharSequence> authorizations;
    private final OrderKeys keys;

    Templates(LoadPlan plan, OrderKeys keys) {
      RequestParts parts = new RequestParts(plan.requests());
      this.keys = keys;
      this.authorizations =
          parts.authorizations().stream().map(HttpHeaders::createOptimized).toList();
      for (Share share : plan.requests().mix()) {
        templates.add(
            switch (share.kind()) {
              case ORDER, REPLAY -> posts(RequestParts.ORDERS, true, parts.orders());
              case STOCK_CHECK -> posts(RequestParts.STOCK_CHECK, false, parts.stockChecks(share));
              case GET -> gets(parts.paths(share));
              case ORDER_BATCH -> throw new IllegalArgumentException("no batches over HTTP");
            });
      }
    }

    private static Template posts(String path, boolean keyed, List<String> bodies) {
      MultiMap headers = HttpHeaders.headers().set(HttpHeaders.CONTENT_TYPE, JSON);
      RequestOptions head =
          new RequestOptions().setMethod(HttpMethod.POST).setURI(path).setHeaders(headers);
      return new Template(List.of(head), keyed, bodies.stream().map(Buffer::buffer).toList());
    }

    private static Template gets(List<String> paths) {
      return new Template(
          paths.stream()
              .map(path -> new RequestOptions().setMethod(HttpMethod.GET).setURI(path))
              .toList(),
          false,
          List.of());
    }
  }

  private final HttpClientConnection connection;
  private final Templates templates;

  H2Caller(HttpClientConnection connection, Templates templates) {
    this.connection = connection;
    this.templates = templates;
  }

  @Override
  public void send(Call call) {
    Template template = templates.templates.get(call.request().shareIndex());
    long number = call.request().item(0).number();
    connection
        .request(template.heads.get(RequestParts.turn(number, template.heads.size())))
        .onSuccess(request -> send(call, request, template))
        .onFailure(call::failed);
  }

  private void send(Call call, HttpClientRequest request, Template template) {
    if (!call.isOpen()) {
      request.reset();
      return;
    }
    call.onCancel(request::reset);
    long number = call.request().item(0).number();
    List<CharSequence> tokens = templates.authorizations;
    CharSequence token = tokens.get(RequestParts.turn(number, tokens.size()));
    if (!token.isEmpty()) {
      request.putHeader(HttpHeaders.AUTHORIZATION, token);
    }
    if (template.keyed) {
      request.putHeader(KEY, templates.keys.key(number));
    }
    request
        .response()
        .onSuccess(
            response ->
                response
                    .body()
                    .onSuccess(body -> answer(call, response.statusCode(), body))
                    .onFailure(call::failed))
        .onFailure(call::failed);
    if (template.bodies.isEmpty()) {
      request.end();
    } else {
      request.end(template.bodies.get(RequestParts.turn(number, template.bodies.size())));
    }
  }

  private static void answer(Call call, int status, Buffer body) {
    if (call.isOpen()) {
      Item item = call.request().item(0);
      AnswerJson.tell(item, status, body.getBytes(), body.length());
      call.answered();
    }
  }
}
