package io.pigpig.render;

import static io.pigpig.render.Bodies.at;
import static io.pigpig.render.Bodies.design;
import static io.pigpig.render.Bodies.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pigpig.render.postgres.PostgresDesigns;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole context on a real Postgres that keeps what it says. */
class WorkerRenderServiceTest {

  private static final String BODY = design(text("PigPig 猪", at(500, 600, 150, 0)));

  private static Vertx vertx;
  private static Pool pool;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<WorkerRenderService> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    pool =
        PgBuilder.pool()
            .connectingTo(PgConnectOptions.fromUri(TestStores.freshDatabase("render")))
            .using(vertx)
            .build();
  }

  @AfterAll
  static void stop() throws Exception {
    await(pool.close());
    await(vertx.close());
  }

  @AfterEach
  void closeServices() throws Exception {
    for (WorkerRenderService service : open) {
      await(service.close());
    }
  }

  @Test
  void storedTwiceIsOneRowAndItsPreviewIsAPngOfTheWidthAskedFor() throws Exception {
    WorkerRenderService service = service(settings(16, 1 << 20));
    String id = await(service.store(Buffer.buffer(BODY)));
    assertThat(await(service.store(Buffer.buffer(" " + BODY)))).isEqualTo(id);
    assertThat(await(service.exists(id))).isTrue();
    assertThat(await(service.exists("0".repeat(64)))).isFalse();
    assertThat(await(service.exists("x' OR true"))).isFalse();

    byte[] png = await(service.preview(id, 300)).getBytes();
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(300);
    assertThat(await(service.preview(id, 300)).getBytes()).isEqualTo(png);
    assertThat(registry.scrape())
        .contains("shirt_render_duration_ms_bucket{template=\"tee-classic\"")
        .contains("shirt_render_duration_ms_count{template=\"tee-classic\"} 1")
        .contains("shirt_render_cache_total{outcome=\"hit\"} 1.0");
  }

  @Test
  void printFileIsTheDesignAloneAtFullResolutionAndMadeOnce() throws Exception {
    WorkerRenderService service = service(settings(16, 0));
    String body = design(text("印 Print", at(500, 600, 190, 0)));
    String id = await(service.store(Buffer.buffer(body)));
    await(Future.all(service.print(id), service.print(id)));
    await(service.print(id));

    var rows = await(pool.query("SELECT design_id, png FROM print_files").execute());
    assertThat(rows.size()).isEqualTo(1);
    byte[] png = rows.iterator().next().getBuffer("png").getBytes();
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getWidth()).isEqualTo(3000);
    assertThat(image.getHeight()).isEqualTo(3600);
    assertThat(image.getRGB(10, 10) >>> 24).as("the ground is transparent").isZero();
    assertThat(inked(image)).isBetween(100_000, 5_000_000);
    refused(service.print("0".repeat(64)), Refusal.NotFound.class);
  }

  private static int inked(BufferedImage image) {
    int inked = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        inked += image.getRGB(x, y) >>> 24 == 255 ? 1 : 0;
      }
    }
    return inked;
  }

  @Test
  void widthsPassAtTheirBoundAndAreRefusedOneBeyond() throws Exception {
    WorkerRenderService service = service(settings(16, 0));
    String id = await(service.store(Buffer.buffer(BODY)));
    assertThat(await(service.preview(id, 64)).length()).isPositive();
    assertThat(await(service.preview(id, 2048)).length()).isPositive();
    refused(service.preview(id, 63), Refusal.InvalidRequest.class);
    refused(service.preview(id, 2049), Refusal.InvalidRequest.class);
    refused(service.preview("0".repeat(64), 64), Refusal.NotFound.class);
    refused(service.preview("nonsense", 64), Refusal.NotFound.class);
    refused(service.store(Buffer.buffer("{")), Refusal.InvalidRequest.class);
  }

  @Test
  void hundredCallsAtOnceAreOneRender() throws Exception {
    HeldStore held = new HeldStore(new PostgresDesigns(this::query));
    WorkerRenderService service = service(settings(16, 0), held);
    String id = await(service.store(Buffer.buffer(BODY)));
    List<Future<Buffer>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(service.preview(id, 200));
    }
    held.release();
    byte[] first = await(calls.get(0)).getBytes();
    for (Future<Buffer> call : calls) {
      assertThat(await(call).getBytes()).isEqualTo(first);
    }
    assertThat(registry.scrape())
        .contains("shirt_render_duration_ms_count{template=\"tee-classic\"} 1\n");
  }

  @Test
  void whatNobodyWaitsForAnyMoreIsNotDrawn() throws Exception {
    HeldStore held = new HeldStore(new PostgresDesigns(this::query));
    WorkerRenderService service = service(settings(1, 0), held);
    String id = await(service.store(Buffer.buffer(BODY)));
    Promise<Void> gone = Promise.promise();
    Future<Buffer> left = service.preview(id, 200, gone.future());
    Promise<Void> goneToo = Promise.promise();
    service.preview(id, 201, goneToo.future());
    gone.complete();
    goneToo.complete();
    // Their places are free at once, and the same picture is made anew for whoever asks now.
    Future<Buffer> next = service.preview(id, 200);
    held.release();
    assertThat(await(next).length()).isPositive();
    refused(left, Refusal.Unavailable.class);
    assertThat(registry.scrape())
        .contains("shirt_render_duration_ms_count{template=\"tee-classic\"} 1\n");
  }

  @Test
  void whoStaysGetsThePreviewThatAnotherHasLeft() throws Exception {
    HeldStore held = new HeldStore(new PostgresDesigns(this::query));
    WorkerRenderService service = service(settings(16, 0), held);
    String id = await(service.store(Buffer.buffer(BODY)));
    Promise<Void> gone = Promise.promise();
    service.preview(id, 200, gone.future());
    Future<Buffer> stays = service.preview(id, 200);
    gone.complete();
    held.release();
    assertThat(await(stays).length()).isPositive();
    assertThat(registry.scrape())
        .contains("shirt_render_duration_ms_count{template=\"tee-classic\"} 1\n");
  }

  @Test
  void aPreviewThatIsLeftEndsAtItsNextCheckpoint() {
    SharedPreview preview = new SharedPreview();
    preview.join();
    preview.join();
    assertThat(preview.leave()).isFalse();
    preview.checkpoint();
    assertThat(preview.leave()).isTrue();
    assertThatThrownBy(preview::checkpoint).isInstanceOf(RefusedException.class);
  }

  @Test
  void oneMoreThanQueueAndThreadsHoldIsRefusedAndTheOthersAreDrawn() throws Exception {
    HeldStore held = new HeldStore(new PostgresDesigns(this::query));
    WorkerRenderService service = service(settings(3, 0), held);
    String id = await(service.store(Buffer.buffer(BODY)));
    List<Future<Buffer>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(service.preview(id, 100 + i));
    }
    refused(service.preview(id, 200), Refusal.Overloaded.class);
    held.release();
    for (Future<Buffer> call : calls) {
      assertThat(await(call).length()).isPositive();
    }
  }

  @Test
  void workersRefuseOneMoreThanTheQueueHoldsAndAnswerLateTasksAtTheDeadline() throws Exception {
    RenderSettings settings =
        new RenderSettings(1, 2, 0, Duration.ofMillis(300), Duration.ofSeconds(5));
    RenderWorkers workers =
        new RenderWorkers(
            vertx, io.pigpig.runtime.Ticker.system(), settings, new RenderMetrics(registry));
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Future<Integer> running = workers.submit(checkpoint -> hold(started, gate));
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    Future<Integer> second = workers.submit(checkpoint -> 2);
    Future<Integer> third = workers.submit(checkpoint -> 3);
    refused(workers.submit(checkpoint -> 4), Refusal.Overloaded.class);
    refused(running, Refusal.Unavailable.class);
    refused(second, Refusal.Unavailable.class);
    refused(third, Refusal.Unavailable.class);
    gate.countDown();
    await(workers.close());
    refused(workers.submit(checkpoint -> 5), Refusal.Unavailable.class);
  }

  @Test
  void whatIsKeptWaitsLongerThanTheDeadlineForAThread() throws Exception {
    RenderSettings settings =
        new RenderSettings(1, 2, 0, Duration.ofMillis(300), Duration.ofSeconds(5));
    RenderWorkers workers =
        new RenderWorkers(
            vertx, io.pigpig.runtime.Ticker.system(), settings, new RenderMetrics(registry));
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Future<Integer> running = workers.submit(checkpoint -> hold(started, gate));
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    Future<Integer> kept = workers.submitKept(checkpoint -> 2);
    Future<Integer> waiting = workers.submit(checkpoint -> 3);
    refused(running, Refusal.Unavailable.class);
    refused(waiting, Refusal.Unavailable.class);
    assertThat(kept.isComplete()).isFalse();
    gate.countDown();
    assertThat(await(kept)).isEqualTo(2);
    await(workers.close());
  }

  @Test
  void answersArriveOnTheCallersContext() throws Exception {
    WorkerRenderService service = service(settings(16, 1 << 20));
    String id = await(service.store(Buffer.buffer(BODY)));
    Context context = vertx.getOrCreateContext();
    Promise<Boolean> same = Promise.promise();
    context.runOnContext(
        none ->
            service
                .preview(id, 128)
                .onComplete(ended -> same.complete(context.equals(Vertx.currentContext()))));
    assertThat(await(same.future())).isTrue();
  }

  @Test
  void cacheForgetsTheOneUnusedLongestAndNeverExceedsItsBytes() {
    PreviewCache cache = new PreviewCache(3 * 1256);
    for (int i = 0; i < 3; i++) {
      cache.put(new PreviewKey("d", i), new byte[1000]);
    }
    assertThat(cache.get(new PreviewKey("d", 0))).isNotNull();
    cache.put(new PreviewKey("d", 3), new byte[1000]);
    assertThat(cache.get(new PreviewKey("d", 1))).isNull();
    assertThat(cache.get(new PreviewKey("d", 0))).isNotNull();
    cache.put(new PreviewKey("d", 4), new byte[4000]);
    assertThat(cache.get(new PreviewKey("d", 4))).isNull();
    assertThat(cache.bytes()).isEqualTo(3 * 1256);
  }

  private WorkerRenderService service(RenderSettings settings) {
    return service(settings, new PostgresDesigns(this::query));
  }

  private WorkerRenderService service(RenderSettings settings, DesignStore store) {
    WorkerRenderService service = new WorkerRenderService(vertx, store, settings, registry);
    open.add(service);
    return service;
  }

  private Future<io.vertx.sqlclient.RowSet<io.vertx.sqlclient.Row>> query(
      String sql, io.vertx.sqlclient.Tuple args) {
    return pool.preparedQuery(sql).execute(args);
  }

  private static RenderSettings settings(int queue, long cacheBytes) {
    return new RenderSettings(1, queue, cacheBytes, Duration.ofSeconds(30), Duration.ofSeconds(10));
  }

  private static int hold(CountDownLatch started, CountDownLatch gate) {
    started.countDown();
    try {
      return gate.await(10, TimeUnit.SECONDS) ? 1 : 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static void refused(Future<?> call, Class<? extends Refusal> kind) {
    assertThatThrownBy(() -> await(call))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.refusal()).isInstanceOf(kind));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }

  /** The real store, whose reads wait until they are released. */
  private static final class HeldStore implements DesignStore {
    private final DesignStore real;
    private final Promise<Void> gate = Promise.promise();

    HeldStore(DesignStore real) {
      this.real = real;
    }

    void release() {
      gate.complete();
    }

    @Override
    public Future<Void> insert(String designId, Buffer content) {
      return real.insert(designId, content);
    }

    @Override
    public Future<java.util.Optional<Buffer>> find(String designId) {
      return gate.future().compose(none -> real.find(designId));
    }

    @Override
    public Future<Boolean> exists(String designId) {
      return real.exists(designId);
    }

    @Override
    public Future<Boolean> hasPrint(String designId) {
      return real.hasPrint(designId);
    }

    @Override
    public Future<Void> insertPrint(String designId, Buffer png) {
      return real.insertPrint(designId, png);
    }
  }
}
