package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestRedisCluster;
import io.pigpig.runtime.stores.TestRedisNode;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two shops on a real Redis Cluster: three masters, each with a replica. */
final class RedisClusterTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SCARCE = "HOODIE-RED-M";
  private static final int CLIENTS = 64;
  private static final int UNITS = 1200;

  private static TestRedisCluster cluster;
  private Vertx vertx;
  private String jdbcUrl;
  private ShopLoop.World world;
  private List<ShopLoop> shops;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = TestRedisCluster.start();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    String postgres = TestStores.freshDatabase("redis_cluster");
    jdbcUrl = TestStores.jdbcUrl(postgres);
    world =
        ShopLoop.World.on(vertx, postgres).by(new ShopLoop.Ways(postgres, postgres, cluster.url()));
    OrderSettings settings = SettingsReader.read(OrderSettings.class, Map.of());
    shops = List.of(ShopLoop.open(world, settings), ShopLoop.open(world, settings));
    ShopLoop first = shops.getFirst();
    first.call(() -> first.stock.setTotal(new OrderLoad(SCARCE).sku(), UNITS));
  }

  @AfterEach
  void close() throws Exception {
    for (ShopLoop shop : shops) {
      shop.close();
    }
    world.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void sixtyFourClientsGetEveryUnitOnce() throws Exception {
    try (Rush rush = new Rush(CLIENTS, shops, SCARCE)) {
      rush.allow(UNITS + CLIENTS);
      rush.awaitAnswers();
      assertThat(rush.placed()).hasSize(UNITS);
      assertEveryUnitIsSoldOnce(rush);
    }
  }

  @Test
  void nothingIsSoldTwiceOrLostWhenTheMasterIsKilledAndItsReplicaTakesOver() throws Exception {
    TestRedisNode master = cluster.masterOf(gateKey());
    TestRedisNode replica = cluster.replicaOf(master);
    try (Rush rush = new Rush(CLIENTS, shops, SCARCE)) {
      sellAround(rush, master::kill9);
      assertThat(cluster.masterOf(gateKey())).isEqualTo(replica);
      assertEveryUnitIsSoldOnce(rush);
    } finally {
      master.startAgain();
      cluster.awaitWhole();
    }
  }

  @Test
  void nothingIsSoldTwiceWhenTheReplicaKnowsNothingOfTheLastOrders() throws Exception {
    TestRedisNode master = cluster.masterOf(gateKey());
    TestRedisNode replica = cluster.replicaOf(master);
    try (Rush rush = new Rush(CLIENTS, shops, SCARCE)) {
      rush.allow(UNITS / 2);
      rush.awaitAnswers();
      cluster.cutOff(replica, master);
      rush.allow(UNITS / 4);
      rush.awaitAnswers();
      assertThat(rush.placed()).hasSize(UNITS * 3 / 4);
      assertThat(replica.heard()).as("not of the last orders").isLessThan(master.heard());
      master.kill9();
      rush.allow(UNITS);
      rush.awaitAnswers();
      assertThat(cluster.masterOf(gateKey())).isEqualTo(replica);
      assertEveryUnitIsSoldOnce(rush);
    } finally {
      cluster.letListen(replica);
      master.startAgain();
      cluster.awaitWhole();
    }
  }

  @Test
  void nothingIsSoldTwiceOrLostWhenTheReplicaTakesOverByOrder() throws Exception {
    TestRedisNode replica = cluster.replicaOf(cluster.masterOf(gateKey()));
    try (Rush rush = new Rush(CLIENTS, shops, SCARCE)) {
      sellAround(rush, () -> cluster.takeOver(replica));
      assertEveryUnitIsSoldOnce(rush);
    }
  }

  /** The fault comes amid orders, and the last quarter is only asked for after it. */
  private static void sellAround(Rush rush, Runnable fault) throws Exception {
    rush.allow(UNITS * 3 / 4);
    Eventually.holds("orders under way", SOON, () -> rush.placed().size() >= UNITS / 10);
    fault.run();
    int before = rush.placed().size();
    rush.allow(UNITS / 4);
    rush.awaitAnswers();
    assertThat(rush.placed().size()).as("orders go on").isGreaterThan(before);
  }

  /**
   * Units whose answer was lost come back to the gate first: until then it is sold out too early.
   */
  private void assertEveryUnitIsSoldOnce(Rush rush) throws Exception {
    ShopLoop shop = shops.getFirst();
    Eventually.holds("put right", SOON, () -> drift() == 0);
    OrderLoad load = new OrderLoad(SCARCE);
    load.placed().putAll(rush.placed());
    while (load.placed().size() < UNITS) {
      String key = UUID.randomUUID().toString();
      load.placed().put(key, sold(load, key));
    }
    assertThat(load.ask(shop, UUID.randomUUID().toString())).isInstanceOf(Refusal.OutOfStock.class);
    load.assertEachKeyMakesItsOneOrder(shop, jdbcUrl);
    Eventually.holds("like the ledger", SOON, () -> drift() == 0);
    for (Audit.Check check : shop.call(shop.audit::run)) {
      assertThat(check.violations()).as(check.name()).isZero();
    }
  }

  private Order sold(OrderLoad load, String key) {
    Eventually.holds("a unit that came back", SOON, () -> load.ask(shops.getLast(), key) == null);
    return load.placeAgain(shops.getFirst(), key);
  }

  private String gateKey() {
    return shops.getFirst().keys.stock();
  }

  private int drift() {
    try {
      return shops.getFirst().call(shops.getFirst().keeper::drift);
    } catch (Exception e) {
      return -1;
    }
  }
}
