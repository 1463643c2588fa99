package io.pigpig.edge.http;

import io.pigpig.order.OrderService;
import io.pigpig.order.StatusChange;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timeline of an order as server-sent events. Each stream follows its order until a final
 * status or the end of its lifetime; a client that was cut off resumes by Last-Event-ID. A sweep
 * asks once for all streams of the loop, and not again before it has its answer. At most {@code
 * streams-max} are open, counted from the request on. Owned by one event loop; not thread-safe.
 */
final class EventRoutes {

  private static final Logger log = LoggerFactory.getLogger(EventRoutes.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final long HEARTBEAT_NANOS = Duration.ofSeconds(10).toNanos();

  private static final class Stream {
    private final Call call;
    private final UUID orderId;
    private final long endsAtNanos;
    private int lastSequence;
    private long wroteAtNanos;
    private boolean begun;

    Stream(Call call, UUID orderId, int lastSequence, long endsAtNanos) {
      this.call = call;
      this.orderId = orderId;
      this.lastSequence = lastSequence;
      this.endsAtNanos = endsAtNanos;
    }

    boolean isOver() {
      return call.response().ended() || call.response().closed();
    }
  }

  private final OrderService orders;
  private final ServerSettings settings;
  private final Ticker ticker;
  private final EdgeMetrics metrics;
  private final List<Stream> streams = new ArrayList<>();
  private boolean reading;
  private boolean readsFail;
  private boolean closed;

  EventRoutes(EdgeServices services, ServerSettings settings, Ticker ticker, EdgeMetrics metrics) {
    this.orders = services.orders();
    this.settings = settings;
    this.ticker = ticker;
    this.metrics = metrics;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/orders/{id}/events", Access.CUSTOMER_OR_OPERATOR, this::open));
  }

  private void open(Call call) {
    int after = lastEventId(call);
    UUID orderId = call.orderId();
    if (streams.size() >= settings.streamsMax()) {
      streams.removeIf(Stream::isOver);
    }
    if (streams.size() >= settings.streamsMax()) {
      throw new RefusedException(new Refusal.Overloaded("the event streams", RETRY_AFTER));
    }
    long endsAt = ticker.nanos() + settings.streamLifetime().toNanos();
    Stream stream = new Stream(call, orderId, after, endsAt);
    streams.add(stream);
    call.when(
        orders.find(orderId, call.principal()),
        order -> {
          boolean over = order.status().isFinal();
          call.when(
              orders.timeline(orderId, call.principal(), after),
              changes -> begin(stream, changes, over));
        });
  }

  private static int lastEventId(Call call) {
    String text = call.request().getHeader("Last-Event-ID");
    if (text == null || text.isEmpty()) {
      return 0;
    }
    if (!text.matches("[0-9]{1,5}")) {
      throw JsonReader.invalid("Last-Event-ID must be the id of an event of this stream");
    }
    return Integer.parseInt(text);
  }

  /**
   * Starts to answer.
   *
   * @param over whether the status was final before {@code changes} were read: nothing follows
   *     them, and a client that has seen them all would wait in vain
   */
  private void begin(Stream stream, List<StatusChange> changes, boolean over) {
    if (closed) {
      stream.call.refuse(Refused.draining());
      return;
    }
    HttpServerResponse response = stream.call.response();
    response.putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store");
    if (HttpMethod.HEAD.equals(stream.call.request().method())) {
      response.end();
      return;
    }
    response.setChunked(true).write(": follows order " + stream.orderId + "\n\n");
    stream.begun = true;
    stream.wroteAtNanos = ticker.nanos();
    write(stream, changes);
    if (over && !response.ended()) {
      response.end();
    }
  }

  /** Reads what is new for every stream and lets go of those that have ended. */
  void sweep() {
    long now = ticker.nanos();
    List<Stream> following = new ArrayList<>();
    for (Stream stream : streams) {
      if (!stream.begun || stream.isOver()) {
        continue;
      }
      if (stream.endsAtNanos - now <= 0) {
        stream.call.response().end();
      } else if (!stream.call.response().writeQueueFull()) {
        beat(stream, now);
        following.add(stream);
      }
    }
    streams.removeIf(Stream::isOver);
    if (!following.isEmpty() && !reading) {
      read(following);
    }
  }

  /** Tells the client, and what stands between, that the stream lives. */
  private static void beat(Stream stream, long now) {
    if (now - stream.wroteAtNanos > HEARTBEAT_NANOS) {
      stream.call.response().write(":\n\n");
      stream.wroteAtNanos = now;
    }
  }

  /** Asks from the stream on that has seen least; the others skip what they have seen. */
  private void read(List<Stream> following) {
    reading = true;
    Set<UUID> orderIds = new HashSet<>();
    int after = Integer.MAX_VALUE;
    for (Stream stream : following) {
      orderIds.add(stream.orderId);
      after = Math.min(after, stream.lastSequence);
    }
    orders
        .changes(orderIds, Math.max(1, after))
        .onComplete(
            done -> {
              reading = false;
              if (done.succeeded()) {
                readsFail = false;
                following.forEach(stream -> pass(stream, done.result()));
              } else {
                failed(following, done.cause());
              }
            });
  }

  private void pass(Stream stream, Map<UUID, List<StatusChange>> changes) {
    List<StatusChange> news = changes.getOrDefault(stream.orderId, List.of());
    if (!news.isEmpty() && !stream.isOver()) {
      write(stream, news);
    }
  }

  /** The next sweep asks again: the streams fall behind and lose nothing. Logged once an outage. */
  private void failed(List<Stream> following, Throwable cause) {
    metrics.count(EdgeMetric.STREAM_READS_FAILED);
    if (!readsFail) {
      readsFail = true;
      UUID first = following.getFirst().orderId;
      log.warn(
          "event streams fall behind: {} wait for news, first that of order {}",
          following.size(),
          first,
          cause);
    }
  }

  private void write(Stream stream, List<StatusChange> changes) {
    HttpServerResponse response = stream.call.response();
    boolean over = false;
    for (StatusChange change : changes) {
      if (change.sequence() <= stream.lastSequence) {
        continue;
      }
      JsonWriter data = new JsonWriter(96).object();
      data.field("status", change.status().name());
      data.field("at", change.at()).endObject();
      response.write("id: " + change.sequence() + "\nevent: status\ndata: " + data + "\n\n");
      stream.lastSequence = change.sequence();
      stream.wroteAtNanos = ticker.nanos();
      over |= change.status().isFinal();
    }
    if (over) {
      response.end();
    }
  }

  /** Ends every stream, and refuses those about to begin; clients resume elsewhere. */
  void close() {
    closed = true;
    for (Stream stream : streams) {
      if (stream.begun && !stream.isOver()) {
        stream.call.response().end();
      }
    }
    streams.clear();
  }
}
