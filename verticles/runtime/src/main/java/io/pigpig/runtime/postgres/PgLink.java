package io.pigpig.runtime.postgres;

import io.pigpig.runtime.Backoff;
import io.pigpig.runtime.CrashPoint;
import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.OutcomeUnknownException;
import io.pigpig.runtime.Ticker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One supervised connection to Postgres: it comes back by itself, and no statement waits for ever.
 *
 * <p>A statement ends in exactly one of four ways: rows; {@link PgException}, when the server said
 * no and rolled back; {@link LinkDownException}, when nothing was sent or the server said not now;
 * {@link OutcomeUnknownException}, when it was sent and its end was not seen. A statement outside
 * an explicit transaction succeeds only at ReadyForQuery, which Postgres sends after the commit.
 *
 * <p>Statements are pipelined in the order of the calls. A statement without an answer in time
 * costs the whole connection, because a late answer would be taken for the next statement's. Owned
 * by the event loop that calls {@link #open()}; not thread-safe.
 */
public final class PgLink {

  private static final Logger log = LoggerFactory.getLogger(PgLink.class);

  /** A stopped server answers late or never; how many connect timeouts that is found out after. */
  private static final int ABANDONED_AFTER_TIMEOUTS = 10;

  /** The client offers no way to take an attempt back, so there is one at a time. */
  private record Attempt(Future<PgConnection> connecting, long beganNanos) {}

  private final Vertx vertx;
  private final String name;
  private final PgConnectOptions options;
  private final long connectTimeoutMillis;
  private final long answerTimeoutMillis;
  private final Backoff backoff;
  private final Promise<Void> opened = Promise.promise();
  private @Nullable PgConnection connection;
  private @Nullable Attempt outstanding;
  private @Nullable Context owner;
  private boolean closed;

  /**
   * @param url {@code postgresql://user:password@host:port/database}
   * @param name shown as application_name, such as {@code order-writer-0}
   */
  public PgLink(
      Vertx vertx, String url, String name, PgLinkSettings settings, RandomGenerator random) {
    this.vertx = vertx;
    this.name = name;
    this.options = options(url, name, settings);
    this.connectTimeoutMillis = settings.connectTimeout().toMillis();
    this.answerTimeoutMillis = settings.answerTimeout().toMillis();
    this.backoff = new Backoff(Duration.ofMillis(20), Duration.ofMillis(500), random);
  }

  private static PgConnectOptions options(String url, String name, PgLinkSettings settings) {
    PgConnectOptions options = PgConnectOptions.fromUri(url);
    Map<String, String> session = new HashMap<>(options.getProperties());
    session.put("application_name", "pigpig-" + name);
    session.put("synchronous_commit", "on");
    session.put("statement_timeout", Long.toString(settings.statementTimeout().toMillis()));
    session.put("lock_timeout", Long.toString(settings.lockTimeout().toMillis()));
    session.put("idle_in_transaction_session_timeout", "5000");
    session.put("jit", "off");
    // A plan for one look-up in a partitioned table costs more than the look-up; one that was made
    // before skips the other partitions when it starts.
    session.put("plan_cache_mode", "force_generic_plan");
    return options.setProperties(session).setCachePreparedStatements(true).setReconnectAttempts(0);
  }

  /** Completes once connected, however many attempts that takes; fails when closed before. */
  public Future<Void> open() {
    owner = vertx.getOrCreateContext();
    connect();
    return opened.future();
  }

  public boolean isUp() {
    return connection != null;
  }

  /** Runs one statement; {@code args} are bound, and every parameter is cast in {@code sql}. */
  public Future<RowSet<Row>> query(String sql, Tuple args) {
    PgConnection current = connection;
    if (current == null) {
      return Future.failedFuture(new LinkDownException("no connection to Postgres (" + name + ")"));
    }
    Promise<RowSet<Row>> promise = Promise.promise();
    long timer = vertx.setTimer(answerTimeoutMillis, id -> giveUp(current, promise));
    CrashPoint.before(sql);
    current
        .preparedQuery(sql)
        .execute(args)
        .onComplete(
            answer -> {
              CrashPoint.after(sql);
              vertx.cancelTimer(timer);
              if (answer.succeeded()) {
                promise.tryComplete(answer.result());
              } else {
                promise.tryFail(classified(answer.cause()));
              }
            });
    return promise.future();
  }

  /** The wall clock of Postgres. */
  public Future<Instant> now() {
    return query("SELECT clock_timestamp() AS now", Tuple.tuple())
        .map(rows -> rows.iterator().next().getOffsetDateTime("now").toInstant());
  }

  /** Closes for good. */
  public Future<Void> close() {
    closed = true;
    opened.tryFail("closed before it was connected");
    PgConnection current = connection;
    connection = null;
    return current == null ? Future.succeededFuture() : current.close();
  }

  private void giveUp(PgConnection current, Promise<RowSet<Row>> promise) {
    boolean unanswered =
        promise.tryFail(
            new OutcomeUnknownException(
                "no answer from Postgres (" + name + ") in " + answerTimeoutMillis + " ms", null));
    if (unanswered) {
      log.warn("{}: no answer in {} ms, dropping the connection", name, answerTimeoutMillis);
      lost(current);
      current.close();
    }
  }

  /**
   * An error of severity ERROR means rolled back. FATAL and PANIC end the session and can come
   * after the commit, so they say nothing about it.
   */
  private Throwable classified(Throwable cause) {
    if (cause instanceof PgException e && "ERROR".equals(e.getSeverity())) {
      String state = String.valueOf(e.getSqlState());
      return isForNow(state) ? new LinkDownException("Postgres refused for now, " + state) : e;
    }
    return new OutcomeUnknownException("Postgres (" + name + "): " + cause.getMessage(), cause);
  }

  /** Cancelled statement, lock not available, serialization or deadlock, no resources. */
  private static boolean isForNow(String state) {
    return state.equals("57014")
        || state.equals("55P03")
        || state.startsWith("40")
        || state.startsWith("53");
  }

  /** Waits for the attempt under way, or for a new one, for the connect timeout. */
  private Future<Void> connect() {
    Future<PgConnection> connecting = attempt().connecting();
    Promise<Void> waiting = Promise.promise();
    long timer =
        vertx.setTimer(
            connectTimeoutMillis,
            id -> waiting.tryFail("no connection in " + connectTimeoutMillis + " ms"));
    connecting.onSuccess(fresh -> waiting.tryComplete()).onFailure(waiting::tryFail);
    return waiting
        .future()
        .andThen(done -> vertx.cancelTimer(timer))
        .onFailure(
            e -> {
              log.warn("{}: no connection to Postgres: {}", name, e.getMessage());
              reconnectLater();
            });
  }

  private Attempt attempt() {
    Attempt last = outstanding;
    long now = Ticker.system().nanos();
    long patienceNanos =
        TimeUnit.MILLISECONDS.toNanos(connectTimeoutMillis * ABANDONED_AFTER_TIMEOUTS);
    if (last != null
        && !last.connecting().isComplete()
        && now - last.beganNanos() < patienceNanos) {
      return last;
    }
    Attempt fresh = new Attempt(PgConnection.connect(vertx, options), now);
    outstanding = fresh;
    fresh.connecting().onSuccess(this::arrived);
    return fresh;
  }

  private void arrived(PgConnection fresh) {
    if (closed || connection != null) {
      fresh.close();
    } else {
      connected(fresh);
    }
  }

  private void connected(PgConnection fresh) {
    backoff.reset();
    connection = fresh;
    opened.tryComplete();
    fresh.closeHandler(nothing -> lost(fresh));
    log.debug("{}: connected to Postgres", name);
  }

  private void lost(PgConnection which) {
    if (which.equals(connection)) {
      connection = null;
      log.warn("{}: lost the connection to Postgres", name);
      reconnectLater();
    }
  }

  private void reconnectLater() {
    if (closed) {
      return;
    }
    Context context = Objects.requireNonNull(owner, "open() comes first");
    context.runOnContext(nothing -> vertx.setTimer(backoff.nextDelayMillis(), id -> reconnect()));
  }

  private void reconnect() {
    if (!closed && connection == null) {
      connect();
    }
  }
}
