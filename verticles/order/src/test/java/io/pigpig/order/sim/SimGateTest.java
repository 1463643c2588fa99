package io.pigpig.order.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.redis.RedisLink;
import io.pigpig.runtime.redis.RedisLinkSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.stock.GateKeeper;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.StockLedger;
import io.pigpig.stock.StockLevel;
import io.pigpig.stock.StockSettings;
import io.pigpig.stock.Take;
import io.pigpig.stock.redis.GateKeys;
import io.pigpig.stock.redis.RedisGateStore;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The model of Redis answers the gate's own classes what the real one answers them. */
final class SimGateTest {

  private static final int SEEDS = 3;
  private static final int BURSTS = 300;
  private static final List<Sku> SKUS =
      List.of(new Sku("TEE-ONE"), new Sku("TEE-TWO"), new Sku("TEE-THREE"));

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void everyCommandOfTheGateEndsInTheModelAsItEndsInRedis() throws Exception {
    long base = Long.getLong("pigpig.seed", new Random().nextInt(1_000_000));
    for (long seed = base; seed < base + SEEDS; seed++) {
      RedisLink link =
          new RedisLink(
              vertx,
              TestStores.freshRedis(),
              "compared",
              SettingsReader.read(RedisLinkSettings.class, Map.of()),
              new Random(seed));
      on(link::open);
      on(() -> link.send(Request.cmd(Command.SCRIPT).arg("FLUSH")));
      Walk walk = new Walk(seed, link);
      for (int burst = 0; burst < BURSTS; burst++) {
        on(walk::burst);
      }
      assertThat(walk.redis.differences()).as("seed " + seed).isEmpty();
      assertThat(walk.redis.compared()).as("seed " + seed).isGreaterThan(BURSTS);
      on(link::close);
    }
  }

  private <T extends @Nullable Object> T on(Supplier<Future<T>> work) throws Exception {
    Promise<T> promise = Promise.promise();
    context.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future().await(30, TimeUnit.SECONDS);
  }

  /** One seed's commands: bursts of orders, adjustments, repairs and losses. */
  private final class Walk {

    private final RedisLink link;
    private final ComparedRedis redis;
    private final Random random;
    private final GateKeeper keeper;
    private final ScriptedStockGate gate;

    Walk(long seed, RedisLink link) {
      this.link = link;
      this.random = new Random(seed);
      this.redis = new ComparedRedis(link);
      StockSettings settings =
          SettingsReader.read(
              StockSettings.class, Map.of("repair-every", "0s", "drift-still-for", "1ms"));
      GateKeys keys = GateKeys.of(new UUID(seed, 1));
      keeper =
          new GateKeeper(
              new FixedLedger(random), new RedisGateStore(redis, keys), settings, Ticker.system());
      SoldOutBoard board = new SoldOutBoard(Ticker.system(), settings.soldOutRecheck());
      gate =
          new ScriptedStockGate(
              new ScriptedStockGate.Parts(redis, keys, board, keeper::open),
              settings,
              task -> context.runOnContext(nothing -> task.run()));
    }

    Future<Void> burst() {
      List<Future<?>> begun = new ArrayList<>();
      int size = 1 + random.nextInt(6);
      for (int i = 0; i < size; i++) {
        begun.add(one(random.nextInt(20)).otherwiseEmpty());
      }
      return Future.join(begun).mapEmpty();
    }

    private Future<?> one(int roll) {
      return switch (roll) {
        case 0 -> flush();
        case 1 -> flushScripts();
        case 2, 3 -> keeper.reconcile();
        case 4, 5 -> gate.adjust(Map.of(sku(), random.nextLong(-3, 4)));
        case 6 -> gate.open();
        default -> gate.take(order());
      };
    }

    private Future<?> flush() {
      redis.model().flushAll();
      return link.send(Request.cmd(Command.FLUSHDB));
    }

    private Future<?> flushScripts() {
      redis.model().flushScripts();
      return link.send(Request.cmd(Command.SCRIPT).arg("FLUSH"));
    }

    private Sku sku() {
      return SKUS.get(random.nextInt(SKUS.size()));
    }

    private List<Take> order() {
      List<Take> takes = new ArrayList<>();
      int lines = 1 + random.nextInt(3);
      for (int i = 0; i < lines; i++) {
        takes.add(new Take(sku(), 1 + random.nextInt(3)));
      }
      return takes;
    }
  }

  /** A ledger whose stock changes by chance, so that the keeper has something to correct. */
  private static final class FixedLedger implements StockLedger {

    private final Random random;
    private final Map<String, Long> available = new TreeMap<>();
    private long epoch;

    FixedLedger(Random random) {
      this.random = random;
      SKUS.forEach(sku -> available.put(sku.value(), 5L));
    }

    @Override
    public Future<Snapshot> snapshot() {
      if (random.nextInt(10) == 0) {
        available.put(SKUS.get(random.nextInt(SKUS.size())).value(), random.nextLong(12));
      }
      return Future.succeededFuture(new Snapshot(epoch, available));
    }

    @Override
    public Future<Snapshot> nextEpoch(long seen) {
      epoch = Math.max(epoch, seen) + 1;
      return snapshot();
    }

    @Override
    public Future<List<StockLevel>> levels(List<Sku> skus) {
      return Future.failedFuture("the gate does not ask for levels");
    }

    @Override
    public Future<TotalSet> setTotal(Sku sku, long total) {
      return Future.failedFuture("the gate does not set totals");
    }

    @Override
    public Future<UUID> ledgerId() {
      return Future.failedFuture("the gate does not ask whose it is");
    }
  }
}
