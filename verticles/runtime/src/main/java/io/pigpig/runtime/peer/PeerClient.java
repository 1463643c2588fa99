package io.pigpig.runtime.peer;

import io.pigpig.runtime.CrashPoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Asks one HTTP peer in JSON. Connections, waiting requests, answers and waits are bounded; a
 * request is made once, because only the caller knows whether it may be made again. A future that
 * fails says nothing about the effect. Owned by the event loop it was built on.
 */
public final class PeerClient {

  private static final int ANSWER_BYTES_MAX = 1024 * 1024;

  /** What the peer answered; the body is empty when it was no JSON object. */
  public record Answer(int status, JsonObject body) {}

  private final HttpClient client;
  private final RequestOptions target;

  /**
   * @param url {@code http://host:port}
   */
  public PeerClient(Vertx vertx, String url, PeerSettings settings) {
    URI uri = place(url);
    this.target =
        new RequestOptions()
            .setHost(uri.getHost())
            .setPort(uri.getPort())
            .setConnectTimeout(settings.connectTimeout().toMillis())
            .setIdleTimeout(settings.answerTimeout().toMillis());
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setKeepAliveTimeout(30),
            new PoolOptions()
                .setHttp1MaxSize(settings.connections())
                .setMaxWaitQueueSize(settings.waitingMax()));
  }

  /** Throws IllegalArgumentException for what is no place of a peer. */
  static URI place(String url) {
    URI uri = URI.create(url);
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 0) {
      throw new IllegalArgumentException("a peer is http://host:port, not " + url);
    }
    return uri;
  }

  public Future<Answer> get(String path) {
    return ask(HttpMethod.GET, path, null, null);
  }

  /** Posts; {@code key} becomes the Idempotency-Key, if there is one. */
  public Future<Answer> post(String path, @Nullable String key, JsonObject body) {
    return ask(HttpMethod.POST, path, key, body);
  }

  private Future<Answer> ask(
      HttpMethod method, String path, @Nullable String key, @Nullable JsonObject body) {
    RequestOptions options = new RequestOptions(target).setMethod(method).setURI(path);
    if (key != null) {
      options.putHeader("Idempotency-Key", key);
    }
    CrashPoint.before(path);
    return client
        .request(options)
        .compose(request -> send(request, body))
        .onComplete(answered -> CrashPoint.after(path));
  }

  private static Future<Answer> send(HttpClientRequest request, @Nullable JsonObject body) {
    Future<HttpClientResponse> response =
        body == null
            ? request.send()
            : request.putHeader("content-type", "application/json").send(body.toBuffer());
    return response.compose(PeerClient::read);
  }

  private static Future<Answer> read(HttpClientResponse response) {
    String length = response.getHeader("content-length");
    if (length == null || length.length() > 7 || Integer.parseInt(length) > ANSWER_BYTES_MAX) {
      response.request().reset();
      return Future.failedFuture("the peer's answer has length " + length);
    }
    return response.body().map(body -> new Answer(response.statusCode(), object(body)));
  }

  private static JsonObject object(Buffer body) {
    try {
      return new JsonObject(body);
    } catch (RuntimeException e) {
      return new JsonObject();
    }
  }

  /** Lets the connections go. */
  public Future<Void> close() {
    return client.close();
  }
}
