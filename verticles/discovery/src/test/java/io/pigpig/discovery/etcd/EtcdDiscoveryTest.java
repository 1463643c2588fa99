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
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discovery on a real etcd, with jetcd as the other side that is not ours. */
final class EtcdDiscoveryTest {

  private static final Service ORDER = new Service("order");
  private static final Instance ONE = new Instance("one", "10.0.0.1", 9090, 70);
  private static final Instance TWO = new Instance("two", "10.0.0.2", 9091, 30);
  private static final String KEY_OF_ONE = "/pigpig/instances/order/one";
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofSeconds(2);

  @TempDir private Path folder;
  private Vertx vertx;
  private EtcdServer etcd;
  private Client jetcd;
  private EtcdSettings settings;
  private Loop loop;
  private EtcdInstances instances;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    loop = new Loop(vertx.getOrCreateContext());
    etcd = new EtcdServer(folder.resolve("etcd"));
    jetcd = Client.builder().vertx(vertx).endpoints("http://" + etcd.address()).build();
    settings =
        SettingsReader.read(
            EtcdSettings.class,
            Map.of(
                "addresses",
                etcd.address(),
                "lease-ttl",
                LEASE.toSeconds() + "s",
                "read-every",
                "10m"));
    instances = watcher();
  }

  private EtcdInstances watcher() throws Exception {
    EtcdInstances fresh =
        new EtcdInstances(vertx, settings, Ticker.system(), new SplittableRandom(1));
    on(fresh::open);
    return fresh;
  }

  private <T> T on(java.util.function.Supplier<Future<T>> work) throws Exception {
    return loop.call(work).await(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    on(instances::close);
    jetcd.close();
    vertx.close().await(20, TimeUnit.SECONDS);
    etcd.close();
  }

  private EtcdRegistration register(Instance instance) throws Exception {
    return register(vertx, instance);
  }

  private EtcdRegistration register(Vertx where, Instance instance) throws Exception {
    Loop its = where.equals(vertx) ? loop : new Loop(where.getOrCreateContext());
    return its.call(
            () -> {
              EtcdRegistration registration =
                  new EtcdRegistration(where, settings, ORDER, instance, new SplittableRandom(1));
              registration.open();
              return Future.succeededFuture(registration);
            })
        .await(20, TimeUnit.SECONDS);
  }

  private void seen(String what, Instance... expected) {
    Eventually.holds(what, SOON, () -> instances.of(ORDER).equals(List.of(expected)));
  }

  @Test
  void whatIsRegisteredIsWhatJetcdReads() throws Exception {
    EtcdRegistration registration = register(ONE);
    seen("registered", ONE);
    KeyValue stored = read(KEY_OF_ONE);
    assertThat(new JsonObject(stored.getValue().toString(StandardCharsets.UTF_8)))
        .isEqualTo(new JsonObject().put("host", "10.0.0.1").put("port", 9090).put("weight", 70));
    assertThat(timeToLive(stored.getLease())).isBetween(1L, LEASE.toSeconds());
    on(registration::close);
    seen("taken out");
    assertThat(timeToLive(stored.getLease())).isEqualTo(-1);
  }

  @Test
  void whatJetcdWritesIsSeenAtOnceAndStrangersAreLeftOut() throws Exception {
    write(KEY_OF_ONE, "{\"host\":\"10.0.0.1\",\"port\":9090,\"weight\":70}");
    seen("written", ONE);
    List<Instance> before = instances.of(ORDER);
    write("/pigpig/instances/order/broken", "no JSON");
    write("/pigpig/instances/order/nowhere", "{\"host\":\"\",\"port\":0}");
    write("/pigpig/instances/stock/two", "{\"host\":\"10.0.0.2\",\"port\":9091,\"weight\":30}");
    Eventually.holds(
        "the other", SOON, () -> instances.of(new Service("stock")).equals(List.of(TWO)));
    assertThat(instances.of(ORDER)).isSameAs(before);
    jetcd.getKVClient().delete(bytes(KEY_OF_ONE)).get(10, TimeUnit.SECONDS);
    seen("deleted");
  }

  @Test
  void aLostLeaseIsGrantedAnew() throws Exception {
    EtcdRegistration registration = register(ONE);
    seen("registered", ONE);
    long lease = read(KEY_OF_ONE).getLease();
    jetcd.getLeaseClient().revoke(lease).get(10, TimeUnit.SECONDS);
    seen("gone");
    seen("registered anew", ONE);
    assertThat(read(KEY_OF_ONE).getLease()).isNotEqualTo(lease);
    on(registration::close);
  }

  @Test
  void whoDiesWithoutAWordLeavesWithItsLease() throws Exception {
    EtcdRegistration stays = register(TWO);
    Vertx dying = Vertx.vertx();
    register(dying, ONE);
    seen("both", ONE, TWO);
    dying.close().await(20, TimeUnit.SECONDS);
    seen("one left", TWO);
    on(stays::close);
  }

  /** The outage outlasts every lease. */
  @Test
  void whileEtcdIsAwayTheLastKnownStayAndAllAreThereAgainAfterwards() throws Exception {
    EtcdRegistration first = register(ONE);
    EtcdRegistration second = register(TWO);
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
    on(first::close);
    etcd.startAgain();
    Eventually.holds("registered again", SOON, () -> exists("/pigpig/instances/order/two"));
    seen("without the one that left meanwhile", TWO);
    EtcdInstances fresh = watcher();
    Eventually.holds("for others", SOON, () -> fresh.of(ORDER).equals(List.of(TWO)));
    on(fresh::close);
    on(second::close);
    seen("watched again");
  }

  private KeyValue read(String key) throws Exception {
    return jetcd.getKVClient().get(bytes(key)).get(10, TimeUnit.SECONDS).getKvs().getFirst();
  }

  private boolean exists(String key) {
    try {
      return jetcd.getKVClient().get(bytes(key)).get(10, TimeUnit.SECONDS).getCount() == 1;
    } catch (Exception e) {
      return false;
    }
  }

  private void write(String key, String value) throws Exception {
    jetcd.getKVClient().put(bytes(key), bytes(value)).get(10, TimeUnit.SECONDS);
  }

  private long timeToLive(long lease) throws Exception {
    return jetcd
        .getLeaseClient()
        .timeToLive(lease, LeaseOption.DEFAULT)
        .get(10, TimeUnit.SECONDS)
        .getTTL();
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }
}
