package io.pigpig.order;

import com.sun.management.OperatingSystemMXBean;
import io.pigpig.catalog.Sku;
import io.pigpig.order.rpc.RemoteOrders;
import io.pigpig.order.rpc.RemoteOrders.Placing;
import io.pigpig.order.rpc.ServedOrders;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What does a carrier cost? Orders a second, and CPU of this JVM an order, caller and server
 * together: by a call, over the bus and over gRPC, one by one and in batches. First with orders
 * that are durable in the real Postgres, then with an order path that answers at once, which leaves
 * the carrier alone. The carriers take turns, and the medians are told. {@code ./edge bench
 * carriers} runs it, with {@code alone} for the carrier by itself.
 */
final class CarrierBenchmark {

  private static final int CONCURRENT = 256;
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final Sku SKU = new Sku("TEE-CLASSIC-WHITE-M");
  private static final Principal CUSTOMER = new Principal("bench", Role.CUSTOMER, Membership.NONE);
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private CarrierBenchmark() {}

  private record Way(OrderService orders, Context caller) {}

  private record Figures(double perSecond, double cpuMicros) {}

  public static void main(String[] args) throws Exception {
    boolean alone = args.length == 1 && args[0].equals("alone");
    if (args.length > 0 && !alone) {
      System.err.println("carriers, or carriers alone");
      System.exit(2);
    }
    Vertx vertx = Vertx.vertx();
    String database = TestStores.freshDatabase("carrier_bench");
    ShopLoop.World world = ShopLoop.World.on(vertx, database);
    ShopLoop shop = ShopLoop.open(world, SettingsReader.read(OrderSettings.class, Map.of()));
    shop.call(() -> shop.stock.setTotal(SKU, 1_000_000_000L));
    OrderService orders = alone ? new AnsweredAtOnce(shop.orders) : shop.orders;
    run(vertx, alone ? "the carrier alone" : "durable orders", shop, orders);
    shop.close();
    world.close();
    vertx.close().await(30, TimeUnit.SECONDS);
    System.exit(0);
  }

  private static void run(Vertx vertx, String title, ShopLoop shop, OrderService orders)
      throws Exception {
    TestCarriers carriers =
        new TestCarriers(
            vertx,
            shop.context,
            Map.of(),
            () -> ServedOrders.of(orders, Ticker.system(), Pause.of(vertx), Duration.ofSeconds(1)));
    Map<String, Way> ways = new LinkedHashMap<>();
    ways.put("call", new Way(orders, shop.context));
    ways.put("bus, one by one", remote(vertx, carriers, carriers.byBus(), Placing.ONE_BY_ONE));
    ways.put("bus, batches", remote(vertx, carriers, carriers.byBus(), Placing.BATCHED));
    ways.put("gRPC unary", remote(vertx, carriers, carriers.byGrpc(), Placing.ONE_BY_ONE));
    ways.put("gRPC batch stream", remote(vertx, carriers, carriers.byGrpc(), Placing.BATCHED));
    Map<String, List<Figures>> measured = new LinkedHashMap<>();
    for (int round = 0; round <= ROUNDS; round++) {
      for (Map.Entry<String, Way> way : ways.entrySet()) {
        Figures figures = measure(way.getValue());
        // The first round warms up.
        if (round > 0) {
          measured.computeIfAbsent(way.getKey(), name -> new ArrayList<>()).add(figures);
        }
      }
    }
    System.out.println(title);
    measured.forEach(
        (name, rounds) ->
            System.out.printf(
                Locale.ROOT,
                "%-18s %9.0f orders/s %8.1f us CPU an order%n",
                name,
                median(rounds.stream().mapToDouble(Figures::perSecond).toArray()),
                median(rounds.stream().mapToDouble(Figures::cpuMicros).toArray())));
    carriers.close();
  }

  private static Way remote(Vertx vertx, TestCarriers carriers, RpcCaller caller, Placing placing) {
    return new Way(
        new RemoteOrders(
            new RemoteOrders.Way(caller, placing),
            new RemoteOrders.Settings(
                SettingsReader.read(OrderSettings.class, Map.of()), carriers.settings()),
            new LoopTools(
                Ticker.system(),
                InstantSource.system(),
                Pause.of(vertx),
                RandomGenerator.getDefault()),
            new Loop(carriers.client())),
        carriers.client());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static Figures measure(Way way) throws Exception {
    Load load = new Load(way.orders(), Ticker.system().nanos() + ROUND_NANOS);
    long cpu = SYSTEM.getProcessCpuTime();
    long began = Ticker.system().nanos();
    way.caller().runOnContext(nothing -> load.begin());
    long placed = load.done.future().await(60, TimeUnit.SECONDS);
    double seconds = (Ticker.system().nanos() - began) / 1e9;
    return new Figures(placed / seconds, (SYSTEM.getProcessCpuTime() - cpu) / 1e3 / placed);
  }

  /** So many orders under way at a time, until time is up. Lives on the caller's loop. */
  private static final class Load {

    private final OrderService orders;
    private final long untilNanos;
    private final Promise<Long> done = Promise.promise();
    private final String prefix = "bench-" + UUID.randomUUID() + "-";
    private long sequence;
    private long placed;
    private int underWay;

    Load(OrderService orders, long untilNanos) {
      this.orders = orders;
      this.untilNanos = untilNanos;
    }

    void begin() {
      underWay = CONCURRENT;
      for (int i = 0; i < CONCURRENT; i++) {
        next();
      }
    }

    /** Goes on at once when the answer is already there, without another frame of the stack. */
    private void next() {
      while (Ticker.system().nanos() - untilNanos < 0) {
        Future<Placement> answer = orders.place(order());
        if (!answer.succeeded()) {
          answer.onSuccess(this::placed).onFailure(done::tryFail);
          return;
        }
        placed++;
      }
      underWay--;
      if (underWay == 0) {
        done.complete(placed);
      }
    }

    private void placed(Placement placement) {
      placed++;
      next();
    }

    private PlaceOrder order() {
      sequence++;
      return new PlaceOrder(
          CUSTOMER,
          prefix + sequence,
          List.of(new RequestedLine(SKU, 1, null)),
          Ticker.system().nanos() + TimeUnit.SECONDS.toNanos(20));
    }
  }

  /** An order path without stores. */
  private record AnsweredAtOnce(OrderService others) implements OrderService {

    private static final Instant WHEN = Instant.ofEpochSecond(1_700_000_000);

    @Override
    public Future<Placement> place(PlaceOrder request) {
      RequestedLine line = request.lines().getFirst();
      Order order =
          new Order(
              new UUID(1, 1),
              request.principal().customer(),
              OrderStatus.PENDING_PAYMENT,
              List.of(new OrderLine(line.sku(), line.quantity(), 4900, null)),
              4900,
              WHEN,
              WHEN);
      return Future.succeededFuture(new Placement(order, Placement.Origin.PLACED));
    }

    @Override
    public Future<Order> find(UUID orderId, Principal viewer) {
      return others.find(orderId, viewer);
    }

    @Override
    public Future<OrderPage> list(Principal viewer, int limit, @Nullable UUID before) {
      return others.list(viewer, limit, before);
    }

    @Override
    public Future<Order> pay(UUID orderId, Principal payer, String paymentToken) {
      return others.pay(orderId, payer, paymentToken);
    }

    @Override
    public Future<Order> cancel(UUID orderId, Principal viewer) {
      return others.cancel(orderId, viewer);
    }

    @Override
    public Future<List<StatusChange>> timeline(UUID orderId, Principal viewer, int afterSequence) {
      return others.timeline(orderId, viewer, afterSequence);
    }

    @Override
    public Future<Map<UUID, List<StatusChange>>> changes(
        Collection<UUID> orderIds, int afterSequence) {
      return others.changes(orderIds, afterSequence);
    }
  }
}
