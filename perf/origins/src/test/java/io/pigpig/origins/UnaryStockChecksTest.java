package io.pigpig.origins;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.stock.StockLevel;
import io.pigpig.stock.StockService;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnaryStockChecksTest {

  private static final Sku KNOWN = new Sku("TEE-1");
  private static final Sku UNKNOWN = new Sku("TEE-2");

  /** Has one SKU, and writes down what it is asked. */
  private static final class OneSku implements StockService {
    private final List<Sku> asked = new ArrayList<>();

    @Override
    public Future<StockLevel> level(Sku sku) {
      asked.add(sku);
      return sku.equals(KNOWN)
          ? Future.succeededFuture(new StockLevel(sku, 7, 2, 1))
          : Refused.with(new Refusal.NotFound("no " + sku));
    }

    @Override
    public Future<List<StockLevel>> levels(List<Sku> skus) {
      return Future.failedFuture("the batch is not asked");
    }

    @Override
    public Future<StockLevel> setTotal(Sku sku, long total) {
      return Future.failedFuture("nothing is set");
    }
  }

  @Test
  void eachSkuIsACallAndThoseThereAreNotAreLeftOut() {
    OneSku remote = new OneSku();
    Future<List<StockLevel>> levels =
        new UnaryStockChecks(remote).levels(List.of(UNKNOWN, KNOWN, KNOWN));
    assertThat(levels.result()).hasSize(2).allMatch(level -> level.sku().equals(KNOWN));
    assertThat(remote.asked).containsExactly(UNKNOWN, KNOWN, KNOWN);
  }
}
