package io.pigpig.edge.http;

import io.pigpig.order.OrderService;
import io.pigpig.order.StatusChange;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The timeline of an order as server-sent events. Each stream follows its order until a final
 * status or the end of its lifetime; a client that was cut off resumes by Last-Event-ID. One sweep
 * reads for all streams of the loop. Owned by one event loop; not thread-safe.
 */
final class EventRoutes {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final long HEARTBEAT_NANOS = Duration.ofSeconds(10).toNanos();

  private static final class Stream {
    private final Call call;
    private final UUID orderId;
    private final long endsAtNanos;
    private int lastSequence;
    private long wroteAtNanos;
    private boolean reading;

    Stream(Call call, UUID orderId, int lastSequence, long endsAtNanos) {
      this.call = call;
      this.orderId = orderId;
      this.lastSequence = lastSequence;
      this.endsAtNanos = endsAtNanos;
    }
  }

  private final OrderService orders;
  private final ServerSettings settings;
  private final Ticker ticker;
  private final List<Stream> streams = new ArrayList<>();

  EventRoutes(EdgeServices services, ServerSettings settings, Ticker ticker) {
    this.orders = services.orders();
    this.settings = settings;
    this.ticker = ticker;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/orders/{id}/events", Access.CUSTOMER_OR_OPERATOR, this::open));
  }

  private void open(Call call) {
    if (streams.size() >= settings.streamsMax()) {
      throw new RefusedException(new Refusal.Overloaded("the event streams", RETRY_AFTER));
    }
    int after = lastEventId(call);
    UUID orderId = call.orderId();
    long endsAt = ticker.nanos() + settings.streamLifetime().toNanos();
    Stream stream = new Stream(call, orderId, after, endsAt);
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
    stream
        .call
        .response()
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store")
        .write(": follows order " + stream.orderId + "\n\n");
    streams.add(stream);
    write(stream, changes);
    if (over && !stream.call.response().ended()) {
      stream.call.response().end();
    }
  }

  /** Reads what is new for every stream and lets go of those that have ended. */
  void sweep() {
    long now = ticker.nanos();
    streams.removeIf(EventRoutes::isOver);
    for (Stream stream : List.copyOf(streams)) {
      if (stream.endsAtNanos - now <= 0) {
        stream.call.response().end();
      } else if (!stream.reading && !stream.call.response().writeQueueFull()) {
        read(stream);
      }
    }
  }

  private static boolean isOver(Stream stream) {
    return stream.call.response().ended() || stream.call.response().closed();
  }

  private void read(Stream stream) {
    stream.reading = true;
    orders
        .timeline(stream.orderId, stream.call.principal(), stream.lastSequence)
        .onComplete(
            done -> {
              stream.reading = false;
              if (isOver(stream)) {
                return;
              }
              // A read that fails is tried again by the next sweep: the stream only falls behind.
              write(stream, done.succeeded() ? done.result() : List.of());
            });
  }

  private void write(Stream stream, List<StatusChange> changes) {
    HttpServerResponse response = stream.call.response();
    boolean over = false;
    for (StatusChange change : changes) {
      JsonWriter data = new JsonWriter(96).object();
      data.field("status", change.status().name());
      data.field("at", Rfc3339.write(change.at())).endObject();
      response.write("id: " + change.sequence() + "\nevent: status\ndata: " + data + "\n\n");
      stream.lastSequence = change.sequence();
      stream.wroteAtNanos = ticker.nanos();
      over |= change.status().isFinal();
    }
    if (over) {
      response.end();
    } else if (ticker.nanos() - stream.wroteAtNanos > HEARTBEAT_NANOS) {
      response.write(":\n\n");
      stream.wroteAtNanos = ticker.nanos();
    }
  }

  /** Ends every stream; clients resume elsewhere. */
  void close() {
    streams.forEach(
        stream -> {
          if (!isOver(stream)) {
            stream.call.response().end();
          }
        });
    streams.clear();
  }
}
