package io.pigpig.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Sku;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.redis.client.Command;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Totals set by an operator, in ledger and gate. */
final class LedgerStockServiceTest {

  private static final Sku WHITE = new Sku("TEE-CLASSIC-WHITE-M");

  private final GateLoop loop;
  private final LedgerStockService stock;

  LedgerStockServiceTest() throws Exception {
    loop = GateLoop.fresh("stock_service");
    Catalog catalog = loop.catalog();
    stock = new LedgerStockService(loop.ledger, loop.unitsBack, () -> catalog);
  }

  @AfterEach
  void close() throws Exception {
    loop.close();
  }

  @Test
  void aTotalThatRisesOrFallsMovesTheGateByTheDifference() throws Exception {
    loop.sql("UPDATE stock SET held = 30, sold = 10 WHERE sku = '" + WHITE + "'");
    loop.redis(Command.HSET, loop.keys.stock(), WHITE, 9960);
    assertThat(set(WHITE, 10_007)).isEqualTo(new StockLevel(WHITE, 10_007, 30, 10));
    assertThat(gateUnits()).isEqualTo("9967");
    assertThat(set(WHITE, 40).available()).isZero();
    assertThat(gateUnits()).isEqualTo("0");
    assertThat(loop.call(() -> stock.level(WHITE))).isEqualTo(new StockLevel(WHITE, 40, 30, 10));
  }

  @Test
  void aTotalBelowWhatIsPromisedIsRefusedAndChangesNothing() throws Exception {
    loop.sql("UPDATE stock SET held = 30, sold = 10 WHERE sku = '" + WHITE + "'");
    assertThat(refusal(WHITE, 39))
        .isEqualTo(new Refusal.StockBelowCommitted(WHITE.value(), 39, 40));
    assertThat(loop.call(() -> stock.level(WHITE)).total()).isEqualTo(10_000);
    assertThat(gateUnits()).isEqualTo("10000");
  }

  @Test
  void aSkuThatTheCatalogLacksIsRefused() {
    assertThat(refusal(new Sku("NEVER-SEEN"), 1)).isEqualTo(new Refusal.UnknownSku("NEVER-SEEN"));
  }

  @Test
  void aSkuOfTheCatalogWithoutARowGetsOne() throws Exception {
    loop.sql("DELETE FROM stock WHERE sku = '" + WHITE + "'");
    loop.redis(Command.HDEL, loop.keys.stock(), WHITE);
    assertThat(set(WHITE, 12)).isEqualTo(new StockLevel(WHITE, 12, 0, 0));
    assertThat(gateUnits()).isEqualTo("12");
  }

  @Test
  void anAbsentSkuIsNotFoundAndLeftOutOfMany() throws Exception {
    Sku absent = new Sku("NEVER-SEEN");
    assertThat(loop.call(() -> stock.levels(List.of(WHITE, absent)))).hasSize(1);
    assertThatThrownBy(() -> loop.call(() -> stock.level(absent)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refusal()).isInstanceOf(Refusal.NotFound.class));
  }

  private StockLevel set(Sku sku, long total) throws Exception {
    return loop.call(() -> stock.setTotal(sku, total));
  }

  private Refusal refusal(Sku sku, long total) {
    RefusedException[] refused = new RefusedException[1];
    assertThatThrownBy(() -> set(sku, total))
        .isInstanceOfSatisfying(RefusedException.class, e -> refused[0] = e);
    return refused[0].refusal();
  }

  private String gateUnits() throws Exception {
    return String.valueOf(loop.redis(Command.HGET, loop.keys.stock(), WHITE));
  }
}
