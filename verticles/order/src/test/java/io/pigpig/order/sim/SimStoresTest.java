package io.pigpig.order.sim;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderLedger.CustomerKey;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.order.OrderLine;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.PeerHint;
import io.pigpig.order.Saga;
import io.pigpig.order.SagaLedger.BeginPayment;
import io.pigpig.order.SagaStep;
import io.pigpig.order.sim.ComparedStores.Term;
import io.pigpig.runtime.UuidV7;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.stock.postgres.PostgresStockLedger;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The model of Postgres does what the real one does, operation by operation. */
final class SimStoresTest {

  private static final int SEEDS = 4;
  private static final int OPERATIONS = 400;
  private static final List<Sku> SKUS =
      List.of(
          new Sku("TEE-CLASSIC-WHITE-M"), new Sku("TEE-CLASSIC-BLACK-M"), new Sku("HOODIE-RED-M"));
  private static final Sku UNKNOWN = new Sku("NO-SUCH-SHIRT");

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void everyOperationEndsInTheModelAsItEndsInPostgres() throws Exception {
    long base = Long.getLong("pigpig.seed", new Random().nextInt(1_000_000));
    for (long seed = base; seed < base + SEEDS; seed++) {
      String database = TestStores.freshDatabase("sim_stores");
      Context context = vertx.getOrCreateContext();
      PgLink link =
          new PgLink(
              vertx,
              database,
              "compared",
              SettingsReader.read(PgLinkSettings.class, Map.of()),
              new Random(seed));
      on(context, link::open);
      UUID ledgerId = on(context, () -> new PostgresStockLedger(link).ledgerId());
      new Walk(seed, new ComparedStores(context, link, ledgerId)).run();
      on(context, link::close);
    }
  }

  private static <T extends @Nullable Object> T on(Context context, Supplier<Future<T>> work)
      throws Exception {
    Promise<T> promise = Promise.promise();
    context.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future().await(30, TimeUnit.SECONDS);
  }

  /** One seed's operations. Keys, ids and SKUs are few, so that they meet each other. */
  private static final class Walk {

    private final long seed;
    private final ComparedStores stores;
    private final Random random;
    private final UuidV7 ids;
    private final UuidV7 lateIds;
    private final Set<UUID> known = new LinkedHashSet<>();
    private final List<UUID> fenced = new ArrayList<>();
    private final List<Saga> sagas = new ArrayList<>();
    private int operation;

    Walk(long seed, ComparedStores stores) {
      this.seed = seed;
      this.stores = stores;
      this.random = new Random(seed);
      this.ids = new UuidV7(InstantSource.system(), random);
      this.lateIds = new UuidV7(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-40)), random);
    }

    void run() throws Exception {
      for (Sku sku : SKUS) {
        stores.adopt(sku);
        stores.setTotal(sku, 10 + random.nextInt(30));
      }
      for (operation = 0; operation < OPERATIONS; operation++) {
        step(random.nextInt(100));
      }
      stores.doing("seed " + seed + " at the end");
      stores.expireAll();
      stores.look(known, SKUS);
    }

    private void step(int roll) throws Exception {
      stores.doing("seed " + seed + " operation " + operation + " roll " + roll);
      if (roll < 30) {
        place();
      } else if (roll < 36) {
        List<UUID> ids = some(1 + random.nextInt(3));
        stores.fence(ids);
        fenced.addAll(ids);
      } else if (roll < 40) {
        stores.byKeys(List.of(key(), new CustomerKey("nobody", "no-key")));
      } else if (roll < 58) {
        settle();
      } else if (roll < 70) {
        begin();
      } else if (roll < 78) {
        sagas.addAll(stores.claim(term()));
      } else if (roll < 87) {
        writeBack();
      } else if (roll < 90) {
        hint();
      } else if (roll < 94) {
        stores.setTotal(sku(), random.nextInt(40));
      } else if (roll < 95) {
        stores.nextEpoch(random.nextInt(5));
      } else if (roll < 98) {
        stores.look(Set.copyOf(some(3)), SKUS);
      } else {
        stores.expireAll();
      }
    }

    private void place() throws Exception {
      List<NewOrder> batch = new ArrayList<>();
      int size = 1 + random.nextInt(5);
      for (int i = 0; i < size; i++) {
        boolean again = !fenced.isEmpty() && random.nextInt(10) == 0 && i > 0;
        UUID id =
            again
                ? fenced.get(random.nextInt(fenced.size()))
                : (random.nextInt(60) == 0 ? lateIds : ids).next();
        if (batch.stream().noneMatch(entry -> entry.orderId().equals(id))) {
          batch.add(order(id));
        }
      }
      stores.place(batch);
      batch.forEach(entry -> known.add(entry.orderId()));
    }

    private NewOrder order(UUID id) {
      List<OrderLine> lines = new ArrayList<>();
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        Sku sku = random.nextInt(40) == 0 ? UNKNOWN : sku();
        lines.add(new OrderLine(sku, 1 + random.nextInt(4), 4900, null));
      }
      CustomerKey key = key();
      UUID fingerprint = new UUID(random.nextInt(3), 7);
      long total = lines.stream().mapToLong(line -> 4900L * line.quantity()).sum();
      return new NewOrder(id, key.customer(), key.key(), fingerprint, lines, total);
    }

    private CustomerKey key() {
      return new CustomerKey("c" + random.nextInt(3), "key-" + random.nextInt(80));
    }

    private Sku sku() {
      return SKUS.get(random.nextInt(SKUS.size()));
    }

    private Term term() {
      return random.nextInt(4) == 0 ? Term.LONG : Term.NONE;
    }

    /** Known ids, and now and then one that nobody knows; ascending and each once. */
    private List<UUID> some(int count) {
      List<UUID> all = List.copyOf(known);
      Set<UUID> some = new TreeSet<>(ModelTables.BY_BYTES);
      for (int i = 0; i < count; i++) {
        boolean fresh = all.isEmpty() || random.nextInt(12) == 0;
        some.add(fresh ? ids.next() : all.get(random.nextInt(all.size())));
      }
      return List.copyOf(some);
    }

    private @Nullable String customer() {
      return random.nextInt(3) == 0 ? null : "c" + random.nextInt(3);
    }

    private void settle() throws Exception {
      Map<UUID, Settle> batch = new TreeMap<>(ModelTables.BY_BYTES);
      for (UUID id : some(1 + random.nextInt(3))) {
        batch.put(id, new Settle(id, customer(), OrderStatus.CANCELLED, null, null));
      }
      for (int i = random.nextInt(3); i > 0 && !sagas.isEmpty(); i--) {
        Saga saga = sagas.get(random.nextInt(sagas.size()));
        batch.put(
            saga.orderId(),
            new Settle(saga.orderId(), null, wanted(), saga.epoch(), "W" + random.nextInt(9)));
      }
      stores.settle(term(), List.copyOf(batch.values()));
    }

    private OrderStatus wanted() {
      OrderStatus[] wanted = {
        OrderStatus.PAID, OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED, OrderStatus.CANCELLED
      };
      return wanted[random.nextInt(wanted.length)];
    }

    private void begin() throws Exception {
      List<BeginPayment> batch = new ArrayList<>();
      for (UUID id : some(1 + random.nextInt(4))) {
        batch.add(new BeginPayment(id, customer(), "tok" + random.nextInt(3)));
      }
      sagas.addAll(stores.begin(term(), batch));
    }

    /** Under a lease that may have been lost long ago. */
    private void writeBack() throws Exception {
      if (sagas.isEmpty()) {
        return;
      }
      int late = Math.min(sagas.size(), 1 + random.nextInt(6));
      Saga saga = sagas.get(sagas.size() - late);
      switch (random.nextInt(4)) {
        case 0 -> stores.retry(saga, term());
        case 1 -> stores.advance(saga, SagaStep.REFUND);
        case 2 -> stores.advance(saga, SagaStep.ENDED);
        default ->
            stores.settle(
                term(), List.of(new Settle(saga.orderId(), null, next(saga), saga.epoch(), null)));
      }
    }

    /** Of few numbers, so that most are no news. */
    private void hint() throws Exception {
      List<PeerHint> batch = new ArrayList<>();
      for (UUID id : some(1 + random.nextInt(6))) {
        for (PeerHint.Peer peer : PeerHint.Peer.values()) {
          batch.add(new PeerHint(peer, id, 1 + random.nextInt(5)));
        }
      }
      stores.hint(batch);
    }

    private static OrderStatus next(Saga saga) {
      return switch (saga.step()) {
        case CHARGE -> OrderStatus.PAID;
        case PRINT -> OrderStatus.IN_PRODUCTION;
        case SHIP -> OrderStatus.SHIPPED;
        case VOID_WAYBILL, REFUND, ENDED -> OrderStatus.CANCELLED;
      };
    }
  }
}
