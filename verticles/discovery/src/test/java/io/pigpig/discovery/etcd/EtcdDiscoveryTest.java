package io.pigpig.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.LeaseOption;
import io.pigpig.discovery.Instance;
import io.pigpig.discovery.Service;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.faults.Direction;
import io.pigpig.runtime.faults.FaultProxy;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.LogLines;
import io.pigpig.runtime.stores.Opened;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discovery on a real etcd, with jetcd as the other side that is not ours. */
final class EtcdDiscoveryTest {

  private static final Service ORDER = new Service("order");
  private static final Service STOCK = new Service("stock");
  private static final Service RENDER = new Service("render");
  private static final Instance ONE = new Instance("one", "10.0.0.1", 9090, 70);
  private static final Instance TWO = new Instance("two", "10.0.0.2", 9091, 30);
  private static final String KEY_OF_ONE = "/pigpig/instances/order/one";
  private static final String WRITTEN_TWO = "{\"host\":\"10.0.0.2\",\"port\":9091,\"weight\":30}";
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofSeconds(2);

  @TempDir private Path folder;
  private final Opened opened = new Opened();
  private Vertx vertx;
  private EtcdServer etcd;
  private Client jetcd;
  private Loop loop;
  private EtcdDirectory instances;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    opened.add(() -> vertx.close().await(20, TimeUnit.SECONDS));
    loop = new Loop(vertx.getOrCreateContext());
    etcd = opened.add(new EtcdServer(folder.resolve("etcd")));
    jetcd = opened.add(Client.builder().vertx(vertx).endpoints("http://" + etcd.address()).build());
    instances = watcher();
  }

  @AfterEach
  void close() throws Exception {
    opened.close();
  }

  private EtcdDirectory watcher() throws Exception {
    EtcdDirectory fresh = directory(vertx, settings(etcd.address()));
    // On a busy machine the first reading may be late; others follow.
    on(() -> fresh.open().otherwiseEmpty());
    return fresh;
  }

  /** One that has begun nothing yet, and is closed after the test. */
  private EtcdDirectory directory(Vertx where, EtcdSettings settings) throws Exception {
    EtcdDirectory fresh =
        new EtcdDirectory(where, settings, Ticker.system(), new SplittableRandom(1));
    if (where.equals(vertx)) {
      opened.add(() -> on(fresh::close));
    }
    return fresh;
  }

  private static EtcdSettings settings(String addresses) {
    return SettingsReader.read(
        EtcdSettings.class,
        Map.of("addresses", addresses, "lease-ttl", LEASE.toSeconds() + "s", "read-every", "10m"));
  }

  private <T> T on(Supplier<Future<T>> work) throws Exception {
    return loop.call(work).await(20, TimeUnit.SECONDS);
  }

  private EtcdDirectory register(Instance instance) throws Exception {
    EtcdDirectory fresh = directory(vertx, settings(etcd.address()));
    register(loop, fresh, instance);
    return fresh;
  }

  private static void register(Loop where, EtcdDirectory directory, Instance instance)
      throws Exception {
    where
        .call(
            () -> {
              directory.register(instance, List.of(ORDER, STOCK));
              return Future.succeededFuture();
            })
        .await(20, TimeUnit.SECONDS);
  }

  private void seen(String what, Instance... expected) {
    Eventually.holds(what, SOON, () -> instances.of(ORDER).equals(List.of(expected)));
  }

  @Test
  void whatIsRegisteredIsWhatJetcdReadsUnderOneLease() throws Exception {
    EtcdDirectory registered = register(ONE);
    seen("registered", ONE);
    KeyValue stored = read(KEY_OF_ONE);
    assertThat(new JsonObject(stored.getValue().toString(StandardCharsets.UTF_8)))
        .isEqualTo(new JsonObject().put("host", "10.0.0.1").put("port", 9090).put("weight", 70));
    assertThat(timeToLive(stored.getLease())).isBetween(1L, LEASE.toSeconds());
    Eventually.holds("of both", SOON, () -> instances.of(STOCK).equals(List.of(ONE)));
    assertThat(read("/pigpig/instances/stock/one").getLease()).isEqualTo(stored.getLease());
    on(registered::unregister);
    seen("taken out");
    assertThat(timeToLive(stored.getLease())).isEqualTo(-1);
  }

  @Test
  void oneThatServesNothingIsNotToldOf() throws Exception {
    EtcdDirectory gateway = directory(vertx, settings(etcd.address()));
    try (LogLines log = new LogLines(EtcdRegistration.class)) {
      on(
          () -> {
            gateway.register(ONE, List.of());
            return Future.succeededFuture();
          });
      register(TWO);
      Eventually.holds("the other", SOON, () -> log.with("/two").size() == 1);
      on(gateway::unregister);
      assertThat(log.with("[]")).isEmpty();
    }
  }

  @Test
  void whatJetcdWritesIsSeenAtOnceAndStrangersAreLeftOut() throws Exception {
    write(KEY_OF_ONE, "{\"host\":\"10.0.0.1\",\"port\":9090,\"weight\":70}");
    seen("written", ONE);
    List<Instance> before = instances.of(ORDER);
    write("/pigpig/instances/order/broken", "no JSON");
    write("/pigpig/instances/order/nowhere", "{\"host\":\"\",\"port\":0}");
    write("/pigpig/instances/stock/two", WRITTEN_TWO);
    Eventually.holds("the other", SOON, () -> instances.of(STOCK).equals(List.of(TWO)));
    assertThat(instances.of(ORDER)).isSameAs(before);
    jetcd.getKVClient().delete(bytes(KEY_OF_ONE)).get(30, TimeUnit.SECONDS);
    seen("deleted");
  }

  @Test
  void aKeyThatIsNoInstanceIsToldOfOnceAndAgainWhenItWasWrittenAnew() throws Exception {
    LogLines told = opened.add(new LogLines(EtcdInstances.class));
    EtcdDirectory often =
        directory(
            vertx,
            SettingsReader.read(
                EtcdSettings.class, Map.of("addresses", etcd.address(), "read-every", "100ms")));
    on(() -> often.open().otherwiseEmpty());
    String key = "/pigpig/instances/order/broken";
    write(key, "no JSON");
    // By both that look.
    Eventually.holds("told", SOON, () -> told.with(key).size() == 2);
    long readings = Ticker.system().nanos() + Duration.ofSeconds(1).toNanos();
    Eventually.holds("ten readings", SOON, () -> Ticker.system().nanos() - readings > 0);
    assertThat(told.with(key)).hasSize(2);
    jetcd.getKVClient().delete(bytes(key)).get(30, TimeUnit.SECONDS);
    long gone = Ticker.system().nanos() + Duration.ofMillis(500).toNanos();
    Eventually.holds("five readings", SOON, () -> Ticker.system().nanos() - gone > 0);
    write(key, "no JSON either");
    Eventually.holds("told again", SOON, () -> told.with(key).size() > 2);
  }

  @Test
  void aLostLeaseIsGrantedAnew() throws Exception {
    register(ONE);
    seen("registered", ONE);
    long lease = read(KEY_OF_ONE).getLease();
    jetcd.getLeaseClient().revoke(lease).get(30, TimeUnit.SECONDS);
    seen("gone");
    seen("registered anew", ONE);
    assertThat(read(KEY_OF_ONE).getLease()).isNotEqualTo(lease);
  }

  @Test
  void whoDiesWithoutAWordLeavesWithItsLease() throws Exception {
    register(TWO);
    Vertx dying = Vertx.vertx();
    try {
      EtcdDirectory its = directory(dying, settings(etcd.address()));
      register(new Loop(dying.getOrCreateContext()), its, ONE);
      seen("both", ONE, TWO);
    } finally {
      dying.close().await(20, TimeUnit.SECONDS);
    }
    seen("one left", TWO);
  }

  /** The outage outlasts every lease. */
  @Test
  void whileEtcdIsAwayTheLastKnownStayAndAllAreThereAgainAfterwards() throws Exception {
    LogLines told = opened.add(new LogLines(EtcdRegistration.class));
    EtcdDirectory first = register(ONE);
    EtcdDirectory second = register(TWO);
    seen("both", ONE, TWO);
    etcd.kill();
    long leasesEndNanos = Ticker.system().nanos() + LEASE.multipliedBy(3).toNanos();
    Eventually.holds(
        "three leases long",
        SOON,
        () -> {
          assertThat(instances.of(ORDER)).containsExactly(ONE, TWO);
          return Ticker.system().nanos() - leasesEndNanos > 0;
        });
    on(first::unregister);
    etcd.startAgain();
    Eventually.holds("registered again", SOON, () -> exists("/pigpig/instances/order/two"));
    seen("without the one that left meanwhile", TWO);
    EtcdDirectory fresh = watcher();
    Eventually.holds("for others", SOON, () -> fresh.of(ORDER).equals(List.of(TWO)));
    on(second::unregister);
    seen("watched again");
    assertThat(told.with("cannot be kept in etcd now")).as("once an outage").hasSize(2);
    assertThat(told.with("etcd is back for [/pigpig/instances/order/two")).hasSize(1);
  }

  /** The next whole reading would be ten minutes away. */
  @Test
  void whoLeavesRightAfterAnOutageIsGoneOneLeaseLater() throws Exception {
    EtcdDirectory leaving = register(ONE);
    register(TWO);
    seen("both", ONE, TWO);
    etcd.kill();
    etcd.startAgain();
    write("/pigpig/instances/render/two", WRITTEN_TWO);
    Eventually.holds("watched again", SOON, () -> !instances.of(RENDER).isEmpty());
    on(leaving::unregister);
    seen("without the one that left", TWO);
  }

  @Test
  void aConnectionThatDiesWithoutAWordIsReplaced() throws Exception {
    try (FaultProxy proxy = FaultProxy.before(vertx, "http://" + etcd.address())) {
      EtcdDirectory behind = directory(vertx, settings("127.0.0.1:" + proxy.port()));
      on(() -> behind.open().otherwiseEmpty());
      register(loop, behind, ONE);
      Eventually.holds("registered", SOON, () -> behind.of(ORDER).equals(List.of(ONE)));
      long lease = read(KEY_OF_ONE).getLease();
      proxy.silence();
      Eventually.holds("another connection", SOON, () -> proxy.accepted() > 1);
      write("/pigpig/instances/order/two", WRITTEN_TWO);
      Eventually.holds("heard of", SOON, () -> behind.of(ORDER).equals(List.of(ONE, TWO)));
      Eventually.holds("still registered", SOON, () -> exists(KEY_OF_ONE));
      seenInTurn(proxy, behind, lease);
    }
  }

  /** Connections are accepted then, and nothing comes back on them, not even the first settings. */
  private void seenInTurn(FaultProxy proxy, EtcdDirectory behind, long lease) throws Exception {
    proxy.clog(Direction.TO_CLIENT);
    long before = proxy.accepted();
    Eventually.holds("tried again and again", SOON, () -> proxy.accepted() > before + 2);
    Eventually.holds("the lease ended", SOON, () -> timeToLive(lease) == -1);
    assertThat(behind.of(ORDER)).as("the last known stay").containsExactly(ONE, TWO);
    proxy.heal();
    Eventually.holds("registered anew", SOON, () -> exists(KEY_OF_ONE));
    jetcd.getKVClient().delete(bytes("/pigpig/instances/order/two")).get(30, TimeUnit.SECONDS);
    Eventually.holds("heard of", SOON, () -> behind.of(ORDER).equals(List.of(ONE)));
  }

  @Test
  void whenOneOfTwoIsSilentTheOtherIsAsked() throws Exception {
    try (FaultProxy proxy = FaultProxy.before(vertx, "http://" + etcd.address())) {
      proxy.clog(Direction.TO_CLIENT);
      EtcdDirectory both =
          directory(vertx, settings("127.0.0.1:" + proxy.port() + ", " + etcd.address()));
      register(loop, both, ONE);
      seen("registered by the other", ONE);
    }
  }

  private KeyValue read(String key) throws Exception {
    return jetcd.getKVClient().get(bytes(key)).get(30, TimeUnit.SECONDS).getKvs().getFirst();
  }

  private boolean exists(String key) {
    try {
      return jetcd.getKVClient().get(bytes(key)).get(30, TimeUnit.SECONDS).getCount() == 1;
    } catch (Exception e) {
      return false;
    }
  }

  private void write(String key, String value) throws Exception {
    jetcd.getKVClient().put(bytes(key), bytes(value)).get(30, TimeUnit.SECONDS);
  }

  private long timeToLive(long lease) {
    return jetcd
        .getLeaseClient()
        .timeToLive(lease, LeaseOption.DEFAULT)
        .orTimeout(30, TimeUnit.SECONDS)
        .join()
        .getTTL();
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }
}
