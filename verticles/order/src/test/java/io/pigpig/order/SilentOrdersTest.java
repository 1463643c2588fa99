package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.discovery.BalancerSettings;
import io.pigpig.discovery.Instance;
import io.pigpig.discovery.InstanceResolver;
import io.pigpig.discovery.Service;
import io.pigpig.discovery.WeightedBalancer;
import io.pigpig.order.rpc.RemoteOrders;
import io.pigpig.order.rpc.RemoteOrders.Placing;
import io.pigpig.order.rpc.RemoteOrders.Way;
import io.pigpig.order.rpc.ServedOrders;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.rpc.grpc.GrpcCaller;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.faults.Direction;
import io.pigpig.runtime.faults.FaultProxy;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two order processes on one ledger, one of which falls silent without a word, as a frozen process
 * does: its connections stay, and nothing comes of what is sent. Real Postgres, real Redis.
 */
final class SilentOrdersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** An order that the silent process has is made elsewhere within this. */
  private static final Duration LEFT_WITHIN = Duration.ofSeconds(3);

  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Sku CLASSIC = new Sku("TEE-CLASSIC-WHITE-M");
  private static final int ROUNDS = 40;
  private static final int AT_ONCE = 8;
  private static final int UNITS = 10_000;

  /** An order process and the way to it. */
  private record Server(
      Vertx vertx, ShopLoop.World world, ShopLoop shop, TestCarriers carriers, FaultProxy proxy) {

    static Server open(String database) throws Exception {
      Vertx vertx = Vertx.vertx();
      ShopLoop.World world = ShopLoop.World.on(vertx, database);
      ShopLoop shop = ShopLoop.open(world, SettingsReader.read(OrderSettings.class, Map.of()));
      TestCarriers carriers =
          new TestCarriers(
              vertx,
              shop.context,
              Map.of(),
              () ->
                  ServedOrders.of(
                      shop.orders, Ticker.system(), Pause.of(vertx), Duration.ofMillis(20)));
      return new Server(
          vertx, world, shop, carriers, FaultProxy.start(vertx, "127.0.0.1", carriers.port()));
    }

    Instance instance() {
      return new Instance("127.0.0.1:" + proxy.port(), "127.0.0.1", proxy.port(), 100);
    }

    void close() throws Exception {
      proxy.close();
      carriers.close();
      shop.close();
      world.close();
      vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private final List<Server> servers = new ArrayList<>();
  private RpcCaller caller;
  private OrderService orders;

  @BeforeEach
  void open() throws Exception {
    String database = TestStores.freshDatabase("silent_orders");
    servers.add(Server.open(database));
    servers.add(Server.open(database));
    ShopLoop shop = servers.getFirst().shop();
    shop.call(() -> shop.stock.setTotal(CLASSIC, UNITS));
    TestCarriers asking = asking();
    List<Instance> both = servers.stream().map(Server::instance).toList();
    Vertx vertx = servers.getFirst().vertx();
    caller =
        asking.call(
            () ->
                Future.succeededFuture(
                    new GrpcCaller(
                        vertx,
                        new GrpcCaller.Target(
                            "order",
                            new Service("order"),
                            new InstanceResolver(service -> both),
                            new WeightedBalancer(
                                SettingsReader.read(BalancerSettings.class, Map.of()),
                                Ticker.system(),
                                new Random(1)),
                            () -> "operator"),
                        asking.settings(),
                        Ticker.system())));
    orders =
        new RemoteOrders(
            new Way(caller, Placing.BATCHED),
            new RemoteOrders.Settings(
                SettingsReader.read(OrderSettings.class, Map.of()), asking.settings()),
            new LoopTools(
                Ticker.system(),
                InstantSource.system(),
                Pause.of(vertx),
                RandomGenerator.getDefault()),
            new Loop(asking.client()));
  }

  @AfterEach
  void close() throws Exception {
    asking().call(caller::close);
    for (Server server : servers) {
      server.close();
    }
  }

  /** Whose callers' loop is the gateway's. */
  private TestCarriers asking() {
    return servers.getFirst().carriers();
  }

  private Future<Placement> place(String key) {
    PlaceOrder order =
        new PlaceOrder(
            ALICE,
            key,
            List.of(new RequestedLine(CLASSIC, 1, null)),
            Ticker.system().nanos() + Duration.ofSeconds(5).toNanos());
    return asking().begin(() -> orders.place(order));
  }

  @Test
  void ordersAreMadeByTheOtherProcessInTimeAndNoneTwice() throws Exception {
    Set<UUID> made = new HashSet<>();
    long slowest = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long beganNanos = Ticker.system().nanos();
      List<Future<Placement>> placing = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        placing.add(place(UUID.randomUUID().toString()));
      }
      if (round == ROUNDS / 2) {
        silence(carrying());
      }
      for (Future<Placement> each : placing) {
        made.add(each.await(PATIENCE.toSeconds(), TimeUnit.SECONDS).order().orderId());
      }
      slowest = Math.max(slowest, Ticker.system().nanos() - beganNanos);
    }
    assertThat(made).hasSize(ROUNDS * AT_ONCE);
    assertThat(Duration.ofNanos(slowest)).isLessThan(LEFT_WITHIN);
    ShopLoop shop = servers.getFirst().shop();
    assertThat(shop.call(() -> shop.stock.level(CLASSIC)).held()).isEqualTo(made.size());
    assertThat(shop.call(() -> shop.audit.run())).allMatch(check -> check.violations() == 0);
  }

  /** The process that the stream of batches is at. */
  private Server carrying() {
    return servers.get(0).carriers().grpc().underWay() > 0 ? servers.get(0) : servers.get(1);
  }

  /** Nothing comes through any more; what was sent before may have been done. */
  private static void silence(Server server) {
    server.proxy().clog(Direction.TO_CLIENT);
    server.proxy().clog(Direction.TO_SERVER);
  }
}
