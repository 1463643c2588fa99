package io.pigpig.stock.rpc;

import io.pigpig.catalog.Sku;
import io.pigpig.proto.stock.v1.BatchCheckStockRequest;
import io.pigpig.proto.stock.v1.BatchCheckStockResponse;
import io.pigpig.proto.stock.v1.CancelHoldRequest;
import io.pigpig.proto.stock.v1.CancelHoldResponse;
import io.pigpig.proto.stock.v1.CheckStockRequest;
import io.pigpig.proto.stock.v1.CheckStockResponse;
import io.pigpig.proto.stock.v1.ConfirmHoldRequest;
import io.pigpig.proto.stock.v1.ConfirmHoldResponse;
import io.pigpig.proto.stock.v1.HoldLine;
import io.pigpig.proto.stock.v1.HoldStockRequest;
import io.pigpig.proto.stock.v1.HoldStockResponse;
import io.pigpig.proto.stock.v1.SetStockRequest;
import io.pigpig.proto.stock.v1.SetStockResponse;
import io.pigpig.proto.stock.v1.StockServiceOuterClass;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.runtime.UuidText;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.stock.StockHolds;
import io.pigpig.stock.StockLevel;
import io.pigpig.stock.StockService;
import io.pigpig.stock.Take;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The stock of this process, served to others. Bound to one event loop. */
public final class ServedStock {

  /** SKUs that are asked of the ledger at a time, and so sent at a time. */
  private static final int CHUNK = 256;

  private final StockService stock;
  private final StockHolds holds;

  private ServedStock(StockService stock, StockHolds holds) {
    this.stock = stock;
    this.holds = holds;
  }

  /** The contract as these two serve it. */
  public static RpcService of(StockService stock, StockHolds holds) {
    ServedStock served = new ServedStock(stock, holds);
    return new RpcService(StockServiceOuterClass.getDescriptor().findServiceByName("StockService"))
        .unary(StockContract.CHECK, Access.ANYBODY, served::check).stream(
                StockContract.BATCH_CHECK, Access.ANYBODY, served::batchCheck)
            .unary(StockContract.SET, Access.OPERATOR, served::set)
            .unary(StockContract.HOLD, Access.OPERATOR, served::hold)
            .unary(StockContract.CONFIRM, Access.OPERATOR, served::confirm)
            .unary(StockContract.CANCEL, Access.OPERATOR, served::cancel);
  }

  private Future<CheckStockResponse> check(
      RpcCall<CheckStockResponse> call, CheckStockRequest asked) {
    return stock
        .level(sku(asked.getSku()))
        .map(level -> CheckStockResponse.newBuilder().setLevel(StockContract.level(level)).build());
  }

  private void batchCheck(RpcCall<BatchCheckStockResponse> call, BatchCheckStockRequest asked) {
    int count = asked.getSkusCount();
    if (count < 1 || count > StockContract.SKUS_MAX) {
      throw invalid("1 to " + StockContract.SKUS_MAX + " SKUs are checked, not " + count);
    }
    from(call, asked.getSkusList().stream().distinct().toList(), 0)
        .onSuccess(done -> call.end())
        .onFailure(call::fail);
  }

  /** Sends chunk by chunk; a slow reader holds back the next read, a gone one ends it. */
  private Future<Void> from(RpcCall<BatchCheckStockResponse> call, List<String> skus, int start) {
    if (start >= skus.size() || call.isOver()) {
      return Future.succeededFuture();
    }
    int end = Math.min(skus.size(), start + CHUNK);
    List<Sku> known = skus.subList(start, end).stream().filter(Sku::isValid).map(Sku::new).toList();
    return stock
        .levels(known)
        .compose(levels -> write(call, levels))
        .compose(sent -> from(call, skus, end));
  }

  private static Future<Void> write(
      RpcCall<BatchCheckStockResponse> call, List<StockLevel> levels) {
    Future<Void> last = Future.succeededFuture();
    for (StockLevel level : levels) {
      last =
          call.write(
              BatchCheckStockResponse.newBuilder().setLevel(StockContract.level(level)).build());
    }
    return last;
  }

  private Future<SetStockResponse> set(RpcCall<SetStockResponse> call, SetStockRequest asked) {
    if (asked.getTotal() < 0 || asked.getTotal() > StockLevel.TOTAL_MAX) {
      throw invalid("total must be 0 to " + StockLevel.TOTAL_MAX + ", not " + asked.getTotal());
    }
    return stock
        .setTotal(sku(asked.getSku()), asked.getTotal())
        .map(level -> SetStockResponse.newBuilder().setLevel(StockContract.level(level)).build());
  }

  private Future<HoldStockResponse> hold(RpcCall<HoldStockResponse> call, HoldStockRequest asked) {
    int count = asked.getLinesCount();
    if (count < 1 || count > StockHolds.LINES_MAX) {
      throw invalid("a hold has 1 to " + StockHolds.LINES_MAX + " lines, not " + count);
    }
    if (asked.getTimeMillis() < 1) {
      throw invalid("time_millis must be at least 1, not " + asked.getTimeMillis());
    }
    List<Take> lines = asked.getLinesList().stream().map(ServedStock::take).toList();
    return holds
        .hold(id(asked.getOrderId()), lines, Duration.ofMillis(asked.getTimeMillis()))
        .map(code -> HoldStockResponse.newBuilder().setCode(StockContract.code(code)).build());
  }

  private static Take take(HoldLine line) {
    if (line.getQuantity() < 1 || line.getQuantity() > StockContract.QUANTITY_MAX) {
      throw invalid(
          "quantity must be 1 to " + StockContract.QUANTITY_MAX + ", not " + line.getQuantity());
    }
    return new Take(sku(line.getSku()), line.getQuantity());
  }

  private Future<ConfirmHoldResponse> confirm(
      RpcCall<ConfirmHoldResponse> call, ConfirmHoldRequest asked) {
    return holds
        .confirm(id(asked.getOrderId()))
        .map(code -> ConfirmHoldResponse.newBuilder().setCode(StockContract.code(code)).build());
  }

  private Future<CancelHoldResponse> cancel(
      RpcCall<CancelHoldResponse> call, CancelHoldRequest asked) {
    return holds
        .cancel(id(asked.getOrderId()))
        .map(code -> CancelHoldResponse.newBuilder().setCode(StockContract.code(code)).build());
  }

  /** What was sent is not repeated: it can be of any length. */
  private static Sku sku(String text) {
    if (!Sku.isValid(text)) {
      throw invalid("sku must be 3 to 48 characters of [A-Z0-9-]");
    }
    return new Sku(text);
  }

  private static UUID id(String text) {
    UUID id = UuidText.parse(text);
    if (id == null) {
      throw invalid("order_id must be 36 characters of [0-9a-f-]");
    }
    return id;
  }

  private static RefusedException invalid(String detail) {
    return new RefusedException(new Refusal.InvalidRequest(detail));
  }
}
