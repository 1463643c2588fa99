package io.pigpig.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pigpig.render.postgres.PostgresDesigns;
import io.pigpig.render.rpc.RemoteDesigns;
import io.pigpig.render.rpc.ServedDesigns;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Designs do the same, whatever carries them. Real Postgres, real drawing, real sockets. */
final class DesignCarriersTest {

  private static final String NONE = "0".repeat(64);

  /** What is between the caller and the designs. */
  enum Carrier {
    CALL,
    BUS,
    GRPC
  }

  private static final Vertx VERTX = Vertx.vertx();
  private static final Map<Carrier, RenderService> SERVICES = new EnumMap<>(Carrier.class);
  private static Pool pool;
  private static WorkerRenderService designs;
  private static TestCarriers carriers;

  @BeforeAll
  static void open() throws Exception {
    pool =
        PgBuilder.pool()
            .connectingTo(PgConnectOptions.fromUri(TestStores.freshDatabase("design_carriers")))
            .using(VERTX)
            .build();
    designs =
        new WorkerRenderService(
            VERTX,
            new PostgresDesigns((sql, args) -> pool.preparedQuery(sql).execute(args)),
            SettingsReader.read(RenderSettings.class, Map.of("deadline", "30s")),
            new SimpleMeterRegistry());
    carriers =
        new TestCarriers(
            VERTX,
            VERTX.getOrCreateContext(),
            Map.of("call-timeout", "60s"),
            () -> ServedDesigns.of(designs));
    SERVICES.put(Carrier.CALL, designs);
    SERVICES.put(Carrier.BUS, new RemoteDesigns(carriers.byBus()));
    SERVICES.put(Carrier.GRPC, new RemoteDesigns(carriers.byGrpc()));
  }

  @AfterAll
  static void close() throws Exception {
    carriers.close();
    designs.close().await(30, TimeUnit.SECONDS);
    pool.close().await(30, TimeUnit.SECONDS);
    VERTX.close().await(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsStoredIsFoundUnderTheSameId(Carrier by) throws Exception {
    String id = store(by);
    assertThat(id).matches("[0-9a-f]{64}").isEqualTo(store(Carrier.CALL));
    assertThat(exists(by, id)).isTrue();
    assertThat(exists(by, NONE)).isFalse();
    assertThat(exists(by, "nonsense")).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aPreviewArrivesWhole(Carrier by) throws Exception {
    String id = store(by);
    Buffer drawn = on(Carrier.CALL, service -> service.preview(id, 2_048));
    Buffer seen = on(by, service -> service.preview(id, 2_048));
    assertThat(seen.getBytes()).startsWith(0x89, 'P', 'N', 'G').isEqualTo(drawn.getBytes());
  }

  @ParameterizedTest
  @EnumSource
  void aPrintFileIsMade(Carrier by) throws Exception {
    String id = store(by);
    on(by, service -> service.print(id));
    long files =
        pool.preparedQuery("SELECT count(*) FROM print_files WHERE design_id = $1")
            .execute(Tuple.of(id))
            .await(30, TimeUnit.SECONDS)
            .iterator()
            .next()
            .getLong(0);
    assertThat(files).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void everyRefusalArrivesWhole(Carrier by) throws Exception {
    String id = store(by);
    assertThat(refusal(by, service -> service.preview(id, 63)))
        .isEqualTo(refusal(Carrier.CALL, service -> service.preview(id, 63)))
        .isInstanceOf(Refusal.InvalidRequest.class);
    assertThat(refusal(by, service -> service.preview(NONE, 64)))
        .isEqualTo(new Refusal.NotFound("design " + NONE + " does not exist"));
    assertThat(refusal(by, service -> service.print("nonsense")))
        .isInstanceOf(Refusal.NotFound.class);
    assertThat(refusal(by, service -> service.store(Buffer.buffer("{"))))
        .isInstanceOf(Refusal.InvalidRequest.class);
  }

  private static String store(Carrier by) throws Exception {
    return on(
        by,
        service ->
            service.store(
                Buffer.buffer(Bodies.design(Bodies.text("Pig", Bodies.at(500, 600, 150, 0))))));
  }

  private static boolean exists(Carrier by, String id) throws Exception {
    return on(by, service -> service.exists(id));
  }

  private static <T> T on(Carrier by, Function<RenderService, Future<T>> asked) throws Exception {
    return carriers
        .begin(() -> asked.apply(Objects.requireNonNull(SERVICES.get(by))))
        .await(60, TimeUnit.SECONDS);
  }

  private static <T> Refusal refusal(Carrier by, Function<RenderService, Future<T>> asked) {
    return catchThrowableOfType(RefusedException.class, () -> on(by, asked)).refusal();
  }
}
