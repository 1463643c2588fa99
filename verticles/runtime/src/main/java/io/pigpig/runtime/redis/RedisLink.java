package io.pigpig.runtime.redis;

import io.pigpig.runtime.Backoff;
import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.OutcomeUnknownException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One supervised connection to Redis: it comes back by itself, and no command waits for ever.
 *
 * <p>A command ends in exactly one of four ways: a response (null for nil); an {@link ErrorType}
 * that Redis answered; {@link LinkDownException}, when nothing was sent; {@link
 * OutcomeUnknownException}, when it was sent and its answer was not seen. A command without an
 * answer in time costs the connection, because a late answer would be taken for the next command's.
 * Owned by the event loop that calls {@link #open()}; not thread-safe.
 */
public final class RedisLink implements RedisCommands {

  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  /** A client of one connection, because closing the client is what closes a pooled socket. */
  private record Line(Redis client, RedisConnection connection) {}

  private final Vertx vertx;
  private final String name;
  private final String url;
  private final RedisLinkSettings settings;
  private final Backoff backoff;
  private final Promise<Void> opened = Promise.promise();
  private @Nullable Line line;
  private @Nullable Context owner;
  private boolean closed;

  /**
   * @param url {@code redis://host:port}
   * @param name for the log, such as {@code gate-0}
   */
  public RedisLink(
      Vertx vertx, String url, String name, RedisLinkSettings settings, RandomGenerator random) {
    this.vertx = vertx;
    this.url = url;
    this.name = name;
    this.settings = settings;
    this.backoff = new Backoff(Duration.ofMillis(20), Duration.ofMillis(500), random);
  }

  /** Completes once connected, however many attempts that takes; fails when closed before. */
  public Future<Void> open() {
    owner = vertx.getOrCreateContext();
    connect();
    return opened.future();
  }

  @Override
  public boolean isUp() {
    return line != null;
  }

  @Override
  public Future<@Nullable Response> send(Request command) {
    Line current = line;
    if (current == null) {
      return Future.failedFuture(new LinkDownException("no connection to Redis (" + name + ")"));
    }
    Promise<@Nullable Response> promise = Promise.promise();
    long timer =
        vertx.setTimer(settings.answerTimeout().toMillis(), id -> giveUp(current, promise));
    current
        .connection()
        .send(command)
        .onComplete(
            answer -> {
              vertx.cancelTimer(timer);
              if (answer.succeeded()) {
                promise.tryComplete(answer.result());
              } else {
                promise.tryFail(classified(answer.cause()));
              }
            });
    return promise.future();
  }

  /** Closes for good. */
  public Future<Void> close() {
    closed = true;
    opened.tryFail("closed before it was connected");
    Line current = line;
    line = null;
    if (current != null) {
      current.client().close();
    }
    return Future.succeededFuture();
  }

  private void giveUp(Line current, Promise<@Nullable Response> promise) {
    long millis = settings.answerTimeout().toMillis();
    boolean unanswered =
        promise.tryFail(
            new OutcomeUnknownException(
                "no answer from Redis (" + name + ") in " + millis + " ms", null));
    if (unanswered) {
      log.warn("{}: no answer in {} ms, dropping the connection", name, millis);
      lost(current.client());
    }
  }

  /** The client puts its own word for a connection that broke among the errors of the server. */
  private Throwable classified(Throwable cause) {
    if (cause instanceof ErrorType e && !e.is("CONNECTION_CLOSED")) {
      return cause;
    }
    return new OutcomeUnknownException("Redis (" + name + "): " + cause.getMessage(), cause);
  }

  /**
   * A connection attempt that neither succeeds nor fails in time is failed here: a stopped Redis
   * accepts the connection and never answers its first HELLO.
   */
  private Future<Void> connect() {
    RedisOptions options =
        new RedisOptions()
            .setConnectionString(url)
            .setMaxPoolSize(1)
            .setMaxPoolWaiting(1)
            .setPoolRecycleTimeout(-1)
            .setNetClientOptions(
                new NetClientOptions()
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true)
                    .setConnectTimeout((int) settings.connectTimeout().toMillis()));
    Redis client = Redis.createClient(vertx, options);
    Promise<Void> attempt = Promise.promise();
    long millis = settings.connectTimeout().toMillis();
    long timer =
        vertx.setTimer(millis, id -> attempt.tryFail("no connection in " + millis + " ms"));
    client
        .connect()
        .onFailure(attempt::tryFail)
        .onSuccess(
            connection -> {
              if (!closed && !attempt.future().isComplete()) {
                connected(client, connection);
                attempt.complete();
              } else {
                client.close();
              }
            });
    return attempt
        .future()
        .andThen(done -> vertx.cancelTimer(timer))
        .onFailure(
            e -> {
              client.close();
              log.warn("{}: no connection to Redis: {}", name, e.getMessage());
              reconnectLater();
            });
  }

  private void connected(Redis client, RedisConnection connection) {
    backoff.reset();
    line = new Line(client, connection);
    opened.tryComplete();
    connection.endHandler(nothing -> lost(client));
    connection.exceptionHandler(
        e -> {
          log.warn("{}: the connection to Redis broke: {}", name, e.getMessage());
          lost(client);
        });
    log.debug("{}: connected to Redis", name);
  }

  private void lost(Redis client) {
    Line current = line;
    if (current == null || !client.equals(current.client())) {
      return;
    }
    line = null;
    client.close();
    log.warn("{}: lost the connection to Redis", name);
    reconnectLater();
  }

  private void reconnectLater() {
    if (closed) {
      return;
    }
    Context context = Objects.requireNonNull(owner, "open() comes first");
    context.runOnContext(nothing -> vertx.setTimer(backoff.nextDelayMillis(), id -> reconnect()));
  }

  private void reconnect() {
    if (!closed && line == null) {
      connect();
    }
  }
}
