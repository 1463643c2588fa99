package io.pigpig.render;

import io.micrometer.core.instrument.MeterRegistry;
import io.pigpig.render.png.PngEncoder;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Draws on worker threads of its own, behind a bounded queue, each preview once at a time.
 *
 * <p>Owner threads: cache and table of renders under way belong to {@code lock}, which is held for
 * map operations only, never while a future completes. Drawing and reading designs happen on the
 * render threads, each with an encoder of its own. Callers get their answer on their own context.
 *
 * <p>Bounds: the queue and the threads of {@link RenderSettings}; as many previews looked up or
 * drawn at once as both together; the cache's bytes. A preview that nobody waits for any more is
 * dropped, or ends at its next checkpoint.
 */
public final class WorkerRenderService implements RenderService {

  public static final int WIDTH_MIN = 64;
  public static final int WIDTH_MAX = 2048;

  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  private final Object lock = new Object();
  private final Map<PreviewKey, SharedPreview> underWay = new HashMap<>();
  private final PreviewCache cache;
  private final Vertx vertx;
  private final DesignStore store;
  private final RenderSettings settings;
  private final Ticker ticker;
  private final RenderMetrics metrics;
  private final RenderWorkers workers;
  private final PrintRoom printRoom;
  private final DesignReader reader;
  private final ShirtPainter painter;
  private final ThreadLocal<PngEncoder> encoders = ThreadLocal.withInitial(PngEncoder::new);

  /** Loads the fonts, which blocks for some 100 ms: construct it off the event loops. */
  public WorkerRenderService(
      Vertx vertx, DesignStore store, RenderSettings settings, MeterRegistry registry) {
    this(vertx, store, settings, new RenderMetrics(registry), Ticker.system());
  }

  WorkerRenderService(
      Vertx vertx,
      DesignStore store,
      RenderSettings settings,
      RenderMetrics metrics,
      Ticker ticker) {
    this.vertx = vertx;
    this.store = store;
    this.settings = settings;
    this.ticker = ticker;
    this.metrics = metrics;
    BundledFonts fonts = new BundledFonts();
    cache = new PreviewCache(settings.cacheBytes());
    reader = new DesignReader(fonts);
    painter = new ShirtPainter(fonts);
    workers = new RenderWorkers(vertx, ticker, settings, metrics);
    printRoom = new PrintRoom(store, reader, painter, workers);
  }

  @Override
  public Future<String> store(Buffer json) {
    byte[] body = json.getBytes();
    return onCaller(
        workers
            .submit(checkpoint -> CanonicalDesign.bytes(reader.read(body)))
            .compose(this::insert));
  }

  @Override
  public Future<Boolean> exists(String designId) {
    return onCaller(
        ID.matcher(designId).matches() ? store.exists(designId) : Future.succeededFuture(false));
  }

  @Override
  public Future<Buffer> preview(String designId, int widthPixels, Future<?> gone) {
    if (widthPixels < WIDTH_MIN || widthPixels > WIDTH_MAX) {
      return Future.failedFuture(
          DesignReader.refused(
              "width is " + widthPixels + ", must be " + WIDTH_MIN + " to " + WIDTH_MAX));
    }
    if (!ID.matcher(designId).matches()) {
      return Future.failedFuture(notFound(designId));
    }
    if (gone.isComplete()) {
      return Future.failedFuture(SharedPreview.unwanted());
    }
    return onCaller(shared(new PreviewKey(designId, widthPixels), gone).map(Buffer::buffer));
  }

  @Override
  public Future<Void> print(String designId) {
    return ID.matcher(designId).matches()
        ? onCaller(printRoom.make(designId))
        : Future.failedFuture(notFound(designId));
  }

  /** Refuses from now on, waits for what is under way for the drain time, and frees the threads. */
  public Future<Void> close() {
    return onCaller(workers.close());
  }

  private Future<String> insert(byte[] canonical) {
    String id = CanonicalDesign.id(canonical);
    return store.insert(id, Buffer.buffer(canonical)).map(id);
  }

  private Future<byte[]> shared(PreviewKey key, Future<?> gone) {
    SharedPreview preview;
    boolean isFirst;
    synchronized (lock) {
      byte[] png = cache.get(key);
      if (png != null) {
        metrics.hit();
        return Future.succeededFuture(png);
      }
      metrics.miss();
      SharedPreview first = underWay.get(key);
      isFirst = first == null;
      if (isFirst && underWay.size() >= settings.queue() + settings.workers()) {
        metrics.refused();
        return Future.failedFuture(RenderWorkers.overloaded());
      }
      preview = first == null ? new SharedPreview() : first;
      preview.join();
      underWay.put(key, preview);
    }
    gone.onComplete(left -> leave(key, preview));
    if (isFirst) {
      begin(key, preview);
    }
    return preview.png();
  }

  /** Whoever comes after the last one has left has another made. */
  private void leave(PreviewKey key, SharedPreview preview) {
    synchronized (lock) {
      if (preview.leave()) {
        underWay.remove(key, preview);
      }
    }
  }

  private void begin(PreviewKey key, SharedPreview preview) {
    store
        .find(key.designId())
        .compose(content -> render(key, content, preview))
        .onComplete(
            ended -> {
              synchronized (lock) {
                underWay.remove(key, preview);
                if (ended.succeeded()) {
                  cache.put(key, ended.result());
                }
              }
              preview.answer().handle(ended);
            });
  }

  private Future<byte[]> render(PreviewKey key, Optional<Buffer> content, SharedPreview preview) {
    if (content.isEmpty()) {
      return Future.failedFuture(notFound(key.designId()));
    }
    preview.checkpoint();
    byte[] canonical = content.get().getBytes();
    return workers.submit(
        checkpoint ->
            draw(
                canonical,
                key.widthPixels(),
                () -> {
                  preview.checkpoint();
                  checkpoint.run();
                }));
  }

  private byte[] draw(byte[] canonical, int widthPixels, Runnable checkpoint) {
    // It may have waited for a thread longer than anybody for it.
    checkpoint.run();
    long startNanos = ticker.nanos();
    Design design = reader.read(canonical);
    BufferedImage image = painter.draw(design, widthPixels, checkpoint);
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    byte[] png = encoders.get().encode(pixels, widthPixels);
    metrics.rendered(design.template(), ticker.nanos() - startNanos);
    return png;
  }

  private <T> Future<T> onCaller(Future<T> work) {
    Context caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    work.onComplete(ended -> caller.runOnContext(none -> promise.handle(ended)));
    return promise.future();
  }

  private static RefusedException notFound(String designId) {
    // Cut, because an id that is no id can be of any length.
    String shown = designId.length() > 64 ? designId.substring(0, 64) : designId;
    return new RefusedException(new Refusal.NotFound("design " + shown + " does not exist"));
  }
}
