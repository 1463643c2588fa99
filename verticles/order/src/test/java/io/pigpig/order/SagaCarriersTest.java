package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pigpig.catalog.Sku;
import io.pigpig.order.SagaConsole.History;
import io.pigpig.order.rpc.RemoteSagas;
import io.pigpig.order.rpc.ServedSagas;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The repair console does the same, whatever carries it. Real Postgres, real sockets. */
final class SagaCarriersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Sku CLASSIC = new Sku("TEE-CLASSIC-WHITE-M");

  /** What is between the operator and the sagas. */
  enum Carrier {
    CALL,
    BUS,
    GRPC
  }

  /** The three ports that go together, and the loop that they are bound to. */
  private record Way(SagaConsole console, PeerHints hints, Audit audit, boolean isHere) {

    static Way over(RpcCaller caller) {
      OrderSettings settings = SettingsReader.read(OrderSettings.class, Map.of());
      RemoteSagas remote = new RemoteSagas(caller, settings.remote(), Ticker.system());
      return new Way(remote, remote, remote, false);
    }
  }

  private static final List<PeerHint> HINTED = new CopyOnWriteArrayList<>();
  private static final Map<Carrier, Way> WAYS = new EnumMap<>(Carrier.class);
  private static Vertx vertx;
  private static ShopLoop.World world;
  private static ShopLoop shop;
  private static TestCarriers carriers;
  private static UUID ended;

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    world = ShopLoop.World.on(vertx, TestStores.freshDatabase("saga_carriers"));
    OrderSettings settings =
        SettingsReader.read(OrderSettings.class, Map.of("production-delay", "0s"));
    shop = ShopLoop.open(world, settings);
    ended = endedSaga(settings);
    carriers =
        new TestCarriers(
            vertx,
            shop.context,
            Map.of(),
            () -> ServedSagas.of(shop.orders.console(), SagaCarriersTest::take, shop.audit));
    WAYS.put(
        Carrier.CALL, new Way(shop.orders.console(), SagaCarriersTest::take, shop.audit, true));
    WAYS.put(Carrier.BUS, Way.over(carriers.byBus()));
    WAYS.put(Carrier.GRPC, Way.over(carriers.byGrpc()));
  }

  private static boolean take(PeerHint hint) {
    return HINTED.add(hint);
  }

  /** Of an order that another process has shipped; those of the tests wait for nobody. */
  private static UUID endedSaga(OrderSettings settings) throws Exception {
    ShopLoop worker = ShopLoop.open(world.another(), settings);
    worker.workOnSagas();
    UUID id = paid();
    Eventually.holds(
        "the saga has ended",
        PATIENCE,
        () -> called(() -> shop.orders.find(id, ALICE)).status() == OrderStatus.SHIPPED);
    worker.close();
    return id;
  }

  private static UUID paid() throws Exception {
    PlaceOrder order =
        new PlaceOrder(
            ALICE,
            UUID.randomUUID().toString(),
            List.of(new RequestedLine(CLASSIC, 1, null)),
            Ticker.system().nanos() + PATIENCE.toNanos());
    UUID id = shop.call(() -> shop.orders.place(order)).order().orderId();
    shop.call(() -> shop.orders.pay(id, ALICE, "tok_ok"));
    return id;
  }

  private static <T> T called(Callable<Future<T>> work) {
    try {
      return shop.call(work);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void close() throws Exception {
    carriers.close();
    shop.close();
    world.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void sagasAreListedNewestFirstPageByPage(Carrier by) throws Exception {
    UUID older = paid();
    UUID newer = paid();
    List<SagaView> first = on(by, way -> way.console().list(SagaView.State.RUNNING, 1, null));
    assertThat(first).hasSize(1).allMatch(saga -> saga.orderId().equals(newer));
    List<SagaView> next = on(by, way -> way.console().list(null, 1, newer));
    assertThat(next).hasSize(1).allMatch(saga -> saga.orderId().equals(older));
    List<SagaView> over = on(by, way -> way.console().list(SagaView.State.ENDED, 100, null));
    assertThat(over).anyMatch(saga -> saga.orderId().equals(ended));
  }

  @ParameterizedTest
  @EnumSource
  void whatAnOperatorDoesIsDoneAndRecordedUnderItsName(Carrier by) throws Exception {
    UUID id = paid();
    SagaView hurried = on(by, way -> way.console().retry(id, "ops-" + by));
    assertThat(hurried.orderId()).isEqualTo(id);
    SagaView cancelled = on(by, way -> way.console().cancel(id, "ops-" + by));
    assertThat(cancelled.orderStatus()).isEqualTo(OrderStatus.CANCELLED);
    History history = on(by, way -> way.console().show(id));
    History here = on(Carrier.CALL, way -> way.console().show(id));
    assertThat(history).isEqualTo(here);
    assertThat(history.actions()).hasSize(2).allMatch(it -> it.actor().equals("ops-" + by));
  }

  @ParameterizedTest
  @EnumSource
  void everyRefusalArrivesWhole(Carrier by) {
    UUID nobody = new UUID(1, 1);
    assertThat(refusal(by, way -> way.console().show(nobody)))
        .isEqualTo(new Refusal.NotFound("there is no saga of order " + nobody));
    assertThat(refusal(by, way -> way.console().retry(ended, "ops")))
        .isEqualTo(new Refusal.SagaEnded(ended.toString()));
    assertThat(refusal(by, way -> way.console().cancel(ended, "ops")))
        .isEqualTo(new Refusal.SagaEnded(ended.toString()));
  }

  @ParameterizedTest
  @EnumSource
  void aHintIsPassedOn(Carrier by) throws Exception {
    PeerHint hint = new PeerHint(PeerHint.Peer.CARRIER, UUID.randomUUID(), 7);
    boolean taken = on(by, way -> Future.succeededFuture(way.hints().offer(hint)));
    assertThat(taken).isTrue();
    Eventually.holds("the hint", PATIENCE, () -> HINTED.contains(hint));
  }

  @ParameterizedTest
  @EnumSource
  void anAuditIsMade(Carrier by) throws Exception {
    List<Audit.Check> checks = on(by, way -> way.audit().run());
    assertThat(checks).isNotEmpty().allMatch(check -> check.violations() == 0);
    List<Audit.Check> here = on(Carrier.CALL, way -> way.audit().run());
    assertThat(checks.stream().map(Audit.Check::name))
        .containsExactlyElementsOf(here.stream().map(Audit.Check::name).toList());
  }

  private static <T> T on(Carrier by, Function<Way, Future<T>> asked) throws Exception {
    Way way = Objects.requireNonNull(WAYS.get(by));
    Callable<Future<T>> work = () -> asked.apply(way);
    return (way.isHere() ? shop.begin(work) : carriers.begin(work))
        .await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static <T> Refusal refusal(Carrier by, Function<Way, Future<T>> asked) {
    return catchThrowableOfType(RefusedException.class, () -> on(by, asked)).refusal();
  }
}
