package io.pigpig.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Sku;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.stock.StockHolds.Code;
import io.pigpig.stock.postgres.PostgresHoldLedger;
import io.pigpig.stock.rpc.RemoteStock;
import io.pigpig.stock.rpc.ServedStock;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stock does the same, whatever carries it. Real Postgres, real Redis, real sockets. */
final class StockCarriersTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Sku UNKNOWN = new Sku("NO-SUCH-SKU");

  /** What is between the caller and the stock, and a SKU of its own. */
  enum Carrier {
    CALL("TANK-NAVY-S"),
    BUS("TANK-NAVY-M"),
    GRPC("TANK-GREEN-S");

    private final String sku;

    Carrier(String sku) {
      this.sku = sku;
    }

    Sku sku() {
      return new Sku(sku);
    }
  }

  /** Both ports of stock, and the loop that they are bound to. */
  private record Way(StockService stock, StockHolds holds, Caller caller) {

    private interface Caller {
      <T> Future<T> begin(Callable<Future<T>> work);
    }

    static Way over(RemoteStock remote, TestCarriers carriers) {
      return new Way(remote, remote, carriers::begin);
    }
  }

  private static GateLoop loop;
  private static TestCarriers carriers;
  private static final Map<Carrier, Way> WAYS = new EnumMap<>(Carrier.class);

  @BeforeAll
  static void open() throws Exception {
    loop = GateLoop.fresh("stock_carriers");
    Catalog catalog = loop.catalog();
    StockSettings settings = SettingsReader.read(StockSettings.class, Map.of());
    StockService stock = new LedgerStockService(loop.ledger, loop.unitsBack, () -> catalog);
    StockHolds holds =
        new LedgerStockHolds(
            new PostgresHoldLedger(loop.link(), settings), loop.unitsBack, settings);
    carriers =
        new TestCarriers(
            loop.vertx(), loop.context(), Map.of(), () -> ServedStock.of(stock, holds));
    WAYS.put(Carrier.CALL, new Way(stock, holds, StockCarriersTest::onLoop));
    WAYS.put(Carrier.BUS, Way.over(new RemoteStock(carriers.byBus()), carriers));
    WAYS.put(Carrier.GRPC, Way.over(new RemoteStock(carriers.byGrpc()), carriers));
  }

  private static <T> Future<T> onLoop(Callable<Future<T>> work) {
    return loop.begin(
        () -> {
          try {
            return work.call();
          } catch (Exception e) {
            return Future.failedFuture(e);
          }
        });
  }

  @AfterAll
  static void close() throws Exception {
    carriers.close();
    loop.close();
  }

  @ParameterizedTest
  @EnumSource
  void aTotalIsSetAndReadBack(Carrier by) throws Exception {
    StockLevel set = on(by, way -> way.stock().setTotal(by.sku(), 2_000));
    assertThat(set.total()).isEqualTo(2_000);
    assertThat(level(by)).isEqualTo(set);
    assertThat(refusal(by, way -> way.stock().level(UNKNOWN)))
        .isEqualTo(new Refusal.NotFound("there is no stock of sku NO-SUCH-SKU"));
    assertThat(refusal(by, way -> way.stock().setTotal(UNKNOWN, 1)))
        .isEqualTo(new Refusal.UnknownSku("NO-SUCH-SKU"));
  }

  @ParameterizedTest
  @EnumSource
  void manyLevelsComeWithoutThoseThatThereAreNot(Carrier by) throws Exception {
    List<Sku> asked = new ArrayList<>(List.of(UNKNOWN));
    loop.catalog().products().stream()
        .flatMap(product -> product.variants().stream())
        .limit(40)
        .forEach(variant -> asked.add(variant.sku()));
    // Named again and far away, and still one level.
    asked.addAll(Collections.nCopies(300, asked.getLast()));
    List<StockLevel> levels = on(by, way -> way.stock().levels(asked));
    assertThat(levels).hasSize(40).allMatch(level -> asked.contains(level.sku()));
    List<StockLevel> none = on(by, way -> way.stock().levels(List.of()));
    assertThat(none).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aHoldGoesThroughItsLife(Carrier by) throws Exception {
    on(by, way -> way.stock().setTotal(by.sku(), 70));
    UUID id = UUID.randomUUID();
    assertThat(hold(by, id, 3)).isEqualTo(Code.HELD);
    assertThat(hold(by, id, 3)).isEqualTo(Code.EXISTS);
    assertThat(hold(by, id, 4)).isEqualTo(Code.DIFFERS);
    assertThat(level(by).held()).isEqualTo(3);
    assertThat(refusal(by, way -> way.stock().setTotal(by.sku(), 2)))
        .isEqualTo(new Refusal.StockBelowCommitted(by.sku().value(), 2, 3));
    assertThat(confirm(by, id)).isEqualTo(Code.CONFIRMED);
    assertThat(hold(by, id, 3)).isEqualTo(Code.CONFIRMED);
    assertThat(level(by).sold()).isEqualTo(3);

    UUID cancelled = UUID.randomUUID();
    assertThat(confirm(by, cancelled)).isEqualTo(Code.NOT_FOUND);
    assertThat(cancel(by, cancelled)).isEqualTo(Code.CANCELLED);
    assertThat(hold(by, cancelled, 1)).isEqualTo(Code.CANCELLED);
    assertThat(hold(by, UUID.randomUUID(), 100)).isEqualTo(Code.SHORT);
    UUID brief = UUID.randomUUID();
    assertThat(hold(by, brief, 1, Duration.ofMillis(1))).isEqualTo(Code.HELD);
    assertThat(confirm(by, brief)).isEqualTo(Code.CONFIRMED);
    on(by, way -> way.stock().setTotal(by.sku(), 1_000));
    assertThat(loop.call(loop.keeper::drift)).as("between gate and ledger").isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aHoldForTooLongIsRefused(Carrier by) {
    UUID id = UUID.randomUUID();
    assertThat(refusal(by, way -> way.holds().hold(id, take(by, 1), Duration.ofDays(1))))
        .isEqualTo(new Refusal.InvalidRequest("a hold lasts at most 3600000 ms, not 86400000"));
  }

  private static StockLevel level(Carrier by) throws Exception {
    return on(by, way -> way.stock().level(by.sku()));
  }

  private static Code hold(Carrier by, UUID id, int quantity) throws Exception {
    return hold(by, id, quantity, LONG);
  }

  private static Code hold(Carrier by, UUID id, int quantity, Duration time) throws Exception {
    return on(by, way -> way.holds().hold(id, take(by, quantity), time));
  }

  private static Code confirm(Carrier by, UUID id) throws Exception {
    return on(by, way -> way.holds().confirm(id));
  }

  private static Code cancel(Carrier by, UUID id) throws Exception {
    return on(by, way -> way.holds().cancel(id));
  }

  private static List<Take> take(Carrier by, int quantity) {
    return List.of(new Take(by.sku(), quantity));
  }

  private static <T> T on(Carrier by, Function<Way, Future<T>> asked) throws Exception {
    Way way = Objects.requireNonNull(WAYS.get(by));
    return way.caller().begin(() -> asked.apply(way)).await(60, TimeUnit.SECONDS);
  }

  private static <T> Refusal refusal(Carrier by, Function<Way, Future<T>> asked) {
    return catchThrowableOfType(RefusedException.class, () -> on(by, asked)).refusal();
  }
}
