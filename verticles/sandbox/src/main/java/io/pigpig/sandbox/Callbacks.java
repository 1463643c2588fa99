package io.pigpig.sandbox;

import io.pigpig.runtime.Backoff;
import io.pigpig.runtime.batch.BatchWork;
import io.pigpig.runtime.batch.NaturalBatcher;
import io.pigpig.runtime.peer.CallbackSignature;
import io.pigpig.sandbox.Faults.Fault;
import io.pigpig.sandbox.Faults.Hit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one subscriber every entry of a peer's ledger that is on the disk, at least once, signed:
 * {@code POST {"peer","sequence","key","orderId","status","amountCents","waybill"?}}. Whatever is
 * not answered 2xx in time is sent again after a pause that doubles, for as long as it takes. Order
 * is not promised: entries are told {@code callback.in-flight-max} at a time.
 *
 * <p>The ledger is the queue; what is kept beside it is only how far all was acknowledged. After a
 * restart everything behind that is sent again. Owned by one event loop.
 */
final class Callbacks {

  private static final Logger log = LoggerFactory.getLogger(Callbacks.class);

  /** What the sender works with. */
  record Parts(
      Vertx vertx,
      PeerKind kind,
      PeerLedger ledger,
      Faults faults,
      CallbackSignature signature,
      Cursor cursor,
      InstantSource clock,
      RandomGenerator random) {}

  /** An entry that was begun to be told and is not acknowledged. */
  private static final class Telling {
    private final Entry entry;
    private int failures;

    /** Whether it waits until a later one has been acknowledged. */
    private boolean held;

    Telling(Entry entry) {
      this.entry = entry;
    }
  }

  private final Parts parts;
  private final CallbackSettings settings;
  private final HttpClient client;
  private final RequestOptions target;
  private final NaturalBatcher<Long> positions;
  private final TreeMap<Long, Telling> open = new TreeMap<>();
  private long begun;
  private boolean closed;

  /**
   * @param acknowledged what {@link Cursor#open} said
   */
  Callbacks(Parts parts, CallbackSettings settings, long acknowledged, Executor loop) {
    this.parts = parts;
    this.settings = settings;
    this.begun = acknowledged;
    URI uri = URI.create(settings.url());
    this.target =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(uri.getHost())
            .setPort(uri.getPort())
            .setURI(uri.getRawPath())
            .setConnectTimeout(settings.timeout().toMillis())
            .setIdleTimeout(settings.timeout().toMillis());
    this.client =
        parts
            .vertx()
            .createHttpClient(
                new HttpClientOptions().setKeepAliveTimeout(30),
                new PoolOptions()
                    .setHttp1MaxSize(settings.inFlightMax())
                    .setMaxWaitQueueSize(2 * settings.inFlightMax()));
    this.positions =
        new NaturalBatcher<>(
            1024,
            1024,
            loop,
            new BatchWork<>(
                this::write,
                (batch, cause) -> log.warn("the cursor stays behind: {}", cause.getMessage())));
  }

  /** Tells what the ledger has and was not begun, as far as there is room. */
  void tell() {
    while (!closed && open.size() < settings.inFlightMax()) {
      List<Entry> next = parts.ledger().after(begun, 1);
      if (next.isEmpty()) {
        return;
      }
      begin(new Telling(next.getFirst()));
    }
  }

  private void begin(Telling telling) {
    begun = telling.entry.sequence();
    open.put(begun, telling);
    Hit hit = parts.faults().strike(Faults.CALLBACK);
    Fault fault = hit == null ? null : hit.fault();
    if (fault == Fault.DROP) {
      failed(telling, "dropped by a scripted fault");
    } else if (fault == Fault.REORDER) {
      telling.held = true;
      later(settings.retryMax().toMillis(), () -> release(telling));
    } else if (fault == Fault.DELAY) {
      later(hit == null ? 1 : hit.delayMillis(), () -> send(telling));
    } else {
      send(telling);
      if (fault == Fault.TWICE) {
        send(telling);
      }
    }
  }

  private void later(long millis, Runnable what) {
    parts.vertx().setTimer(Math.max(1, millis), id -> what.run());
  }

  private void send(Telling telling) {
    if (closed || !isOpen(telling)) {
      return;
    }
    post(telling.entry)
        .timeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(status -> answered(telling, status))
        .onFailure(e -> failed(telling, String.valueOf(e.getMessage())));
  }

  private boolean isOpen(Telling telling) {
    return open.get(telling.entry.sequence()) == telling;
  }

  private Future<Integer> post(Entry entry) {
    Buffer body = body(entry).toBuffer();
    String signature = parts.signature().sign(parts.clock().instant(), body.getBytes());
    return client
        .request(target)
        .compose(
            request ->
                request
                    .putHeader("content-type", "application/json")
                    .putHeader(CallbackSignature.HEADER, signature)
                    .send(body))
        .compose(response -> response.end().map(done -> response.statusCode()));
  }

  private JsonObject body(Entry entry) {
    JsonObject json =
        new JsonObject()
            .put("peer", parts.kind().name().toLowerCase(Locale.ROOT))
            .put("sequence", entry.sequence())
            .put("orderId", entry.orderId())
            .put("amountCents", entry.amountCents());
    return json.mergeIn(entry.shown());
  }

  private void answered(Telling telling, int status) {
    if (status / 100 == 2) {
      acknowledged(telling);
    } else {
      failed(telling, "answered " + status);
    }
  }

  private void acknowledged(Telling telling) {
    long sequence = telling.entry.sequence();
    if (!open.remove(sequence, telling)) {
      return;
    }
    new ArrayList<>(open.headMap(sequence).values()).forEach(this::release);
    // Full only while a write is slow, and then a later position is written.
    positions.offer(open.isEmpty() ? begun : open.firstKey() - 1);
    tell();
  }

  private void release(Telling telling) {
    if (telling.held) {
      telling.held = false;
      send(telling);
    }
  }

  private void failed(Telling telling, String why) {
    if (closed || !isOpen(telling)) {
      return;
    }
    if (telling.failures == 0) {
      log.warn("callback {} is sent again: {}", telling.entry.sequence(), why);
    }
    long pause =
        Backoff.delayMillis(
            settings.retryFirst().toMillis(),
            settings.retryMax().toMillis(),
            telling.failures++,
            parts.random());
    later(pause, () -> send(telling));
  }

  private Future<?> write(List<Long> reached) {
    return parts
        .vertx()
        .executeBlocking(
            () -> {
              parts.cursor().write(reached.getLast());
              return reached;
            });
  }

  /** Sends no more; completes once the last position is written. */
  Future<Void> close() {
    closed = true;
    return client.close().otherwiseEmpty().compose(gone -> positions.idle());
  }
}
