package io.pigpig.perf.load.flow;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of the plan's connections, which is opened anew whenever it ends: at once when that was
 * planned, else after a pause that doubles from {@value #PAUSE_MILLIS_MIN} to {@value
 * #PAUSE_MILLIS_MAX} ms.
 */
final class Place implements ConnectionEvents {

  private static final long PAUSE_MILLIS_MIN = 10;
  private static final long PAUSE_MILLIS_MAX = 1_000;

  private final Connector connector;
  private final Loop loop;
  private final Answers answers;
  private final ArrayDeque<Place> ready;
  private final Promise<Void> firstOpened = Promise.promise();
  private RecentOrders recentOrders = new RecentOrders();
  private @Nullable Connection connection;
  private long pauseMillis = PAUSE_MILLIS_MIN;
  private boolean listed;
  private boolean closed;

  /**
   * @param ready where it stands, at most once, while it has room
   */
  Place(Connector connector, Loop loop, Answers answers, ArrayDeque<Place> ready) {
    this.connector = connector;
    this.loop = loop;
    this.answers = answers;
    this.ready = ready;
  }

  /** Completes with the first connection; fails when that cannot be opened. */
  Future<Void> open() {
    connect();
    return firstOpened.future();
  }

  private void connect() {
    if (closed) {
      return;
    }
    connector.connect(this).onSuccess(this::opened).onFailure(this::refused);
  }

  private void opened(Connection fresh) {
    if (closed) {
      fresh.close();
      return;
    }
    connection = fresh;
    recentOrders = new RecentOrders();
    pauseMillis = PAUSE_MILLIS_MIN;
    if (!firstOpened.tryComplete()) {
      freed();
    }
    list();
  }

  /** Without a first connection there is no run, and nobody to try again for. */
  private void refused(Throwable cause) {
    if (!firstOpened.tryFail(cause)) {
      reopenLater();
    }
  }

  private void reopenLater() {
    loop.schedule(TimeUnit.MILLISECONDS.toNanos(pauseMillis), this::connect);
    pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
  }

  /** Taken from the list of those that have room; whether it still has. */
  boolean unlist() {
    listed = false;
    return connection != null && connection.hasRoom();
  }

  private void list() {
    if (!listed && connection != null && connection.hasRoom()) {
      listed = true;
      ready.add(this);
    }
  }

  RecentOrders recentOrders() {
    return recentOrders;
  }

  /** It has room. */
  void send(Request request) {
    Connection current = connection;
    if (current == null) {
      throw new IllegalStateException("a request for a connection that is gone");
    }
    current.send(request);
    list();
  }

  void abandon(Request request) {
    if (connection != null) {
      connection.abandon(request);
    }
  }

  @Override
  public void answered(Request request) {
    answers.answered(request);
  }

  @Override
  public void lost(Request request) {
    answers.lost(request);
  }

  @Override
  public void freed() {
    list();
    answers.freed();
  }

  @Override
  public void ended(Ending ending) {
    connection = null;
    switch (ending) {
      case PLANNED -> connect();
      case LOST -> reopenLater();
    }
  }

  void close() {
    closed = true;
    if (connection != null) {
      connection.close();
    }
  }
}
