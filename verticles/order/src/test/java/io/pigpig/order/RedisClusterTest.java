package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestRedisCluster;
import io.pigpig.runtime.stores.TestRedisCluster.Node;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final int UNITS = 400;

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
        ShopLoop.World.on(vertx, postgres)
            .by(new ShopLoop.Ways(postgres, postgres, cluster.url()));
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

  /** Asks until its own order is there or nothing is left; each order has a new key. */
  private final class Client {

    private final ShopLoop shop;
    private final OrderLoad load = new OrderLoad(SCARCE);

    Client(ShopLoop shop) {
      this.shop = shop;
    }
  }

  @Test
  void sixtyFourClientsGetEveryUnitOnceAndNoneTwice() throws Exception {
  }
}
