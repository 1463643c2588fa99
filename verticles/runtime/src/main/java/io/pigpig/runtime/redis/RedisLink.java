package io.pigpig.runtime.redis;

import io.pigpig.runtime.Backoff;
import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.OutcomeUnknownException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
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
 * that Redis answered; {@link LinkDownException}, when nothing was sent, or a node of a cluster
 * turned it away undone; {@link OutcomeUnknownException}, when it was sent and its answer was not
 * seen. A command without an answer in time costs the connection, because a late answer would be
 * taken for the next command's. In a cluster the connection is to the master of one slot, which is
 * looked for anew whenever it was lost or is no longer the master. Owned by the event loop that
 * calls {@link #open}; not thread-safe.
 */
public final class RedisLink implements RedisCommands {

  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

  private final Vertx vertx;
  private final String name;
  private final String url;
  private final RedisLinkSettings settings;
  private final Backoff backoff;
  private final Promise<Void> opened = Promise.promise();
  private @Nullable RedisRoute route;
  private @Nullable RedisLine line;
  private @Nullable Context owner;
  private boolean closed;

  /**
   * @param url {@code redis://host:port}, or a {@link RedisClusterUrl}
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

  /** As {@link #open(String)}, for commands that any master of a cluster takes. */
  public Future<Void> open() {
    return open("");
  }

  /**
   * Completes once connected, however many attempts that takes; fails when closed before.
   *
   * @param key one that all commands have to do with: in a cluster the connection is to the master
   *     of its slot
   */
  public Future<Void> open(String key) {
    owner = vertx.getOrCreateContext();
    RedisDialer dialer = new RedisDialer(vertx, settings);
    route =
        RedisClusterUrl.isOne(url)
            ? new ClusterRoute(RedisClusterUrl.parse(url), key, dialer, settings)
            : RedisRoute.to(url, dialer);
    connect();
    return opened.future();
  }

  @Override
  public boolean isUp() {
    return line != null;
  }

  @Override
  public Future<@Nullable Response> send(Request command) {
    RedisLine current = line;
    if (current == null) {
      return Future.failedFuture(new LinkDownException("no connection to Redis (" + name + ")"));
    }
    Promise<@Nullable Response> promise = Promise.promise();
    long timer =
        vertx.setTimer(settings.answerTimeout().toMillis(), id -> giveUp(current, promise));
    current
        .send(command)
        .onComplete(
            answer -> {
              vertx.cancelTimer(timer);
              if (answer.succeeded()) {
                promise.tryComplete(answer.result());
              } else {
                promise.tryFail(classified(current, answer.cause()));
              }
            });
    return promise.future();
  }

  /** Closes for good. */
  public Future<Void> close() {
    closed = true;
    opened.tryFail("closed before it was connected");
    RedisLine current = line;
    line = null;
    if (current != null) {
      current.close();
    }
    return Future.succeededFuture();
  }

  private void giveUp(RedisLine current, Promise<@Nullable Response> promise) {
    long millis = settings.answerTimeout().toMillis();
    boolean unanswered =
        promise.tryFail(
            new OutcomeUnknownException(
                "no answer from Redis (" + name + ") in " + millis + " ms", null));
    if (unanswered) {
      log.warn("{}: no answer in {} ms, dropping the connection", name, millis);
      lost(current);
    }
  }

  /** The client puts its own word for a connection that broke among the errors of the server. */
  private Throwable classified(RedisLine current, Throwable cause) {
    if (!(cause instanceof ErrorType error) || error.is("CONNECTION_CLOSED")) {
      return new OutcomeUnknownException("Redis (" + name + "): " + cause.getMessage(), cause);
    }
    RedisRoute.Verdict verdict = route().judge(error);
    if (verdict == RedisRoute.Verdict.ANSWER) {
      return error;
    }
    if (verdict == RedisRoute.Verdict.NOT_HERE) {
      log.warn("{}: Redis turned a command away: {}", name, error.getMessage());
      lost(current);
    }
    return new LinkDownException("Redis (" + name + ") turned it away: " + error.getMessage());
  }

  private void connect() {
    route()
        .connect()
        .onSuccess(this::connected)
        .onFailure(
            e -> {
              log.warn("{}: no connection to Redis: {}", name, e.getMessage());
              reconnectLater();
            });
  }

  private void connected(RedisLine fresh) {
    if (closed) {
      fresh.close();
      return;
    }
    backoff.reset();
    line = fresh;
    opened.tryComplete();
    fresh.connection().endHandler(nothing -> lost(fresh));
    fresh
        .connection()
        .exceptionHandler(
            e -> {
              log.warn("{}: the connection to Redis broke: {}", name, e.getMessage());
              lost(fresh);
            });
    log.debug("{}: connected to Redis, {}", name, route);
  }

  private void lost(RedisLine broken) {
    if (!broken.equals(line)) {
      return;
    }
    line = null;
    broken.close();
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

  private RedisRoute route() {
    return Objects.requireNonNull(route, "open() comes first");
  }

  private void reconnect() {
    if (!closed && line == null) {
      connect();
    }
  }
}
