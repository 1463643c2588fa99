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
import io.pigpig.proto.stock.v1.HoldStockRequest;
import io.pigpig.proto.stock.v1.HoldStockResponse;
import io.pigpig.proto.stock.v1.SetStockRequest;
import io.pigpig.proto.stock.v1.SetStockResponse;
import io.pigpig.proto.stock.v1.StockServiceOuterClass;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.stock.StockHolds;
import io.pigpig.stock.StockLevel;
import io.pigpig.stock.StockService;
import io.pigpig.stock.Take;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

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
    return valid(() -> stock.level(new Sku(asked.getSku())))
        .map(level -> CheckStockResponse.newBuilder().setLevel(StockContract.level(level)).build());
  }

  private void batchCheck(RpcCall<BatchCheckStockResponse> call, BatchCheckStockRequest asked) {
    List<String> skus = asked.getSkusList();
    if (skus.isEmpty() || skus.size() > StockContract.SKUS_MAX) {
      call.refuse(
          new Refusal.InvalidRequest(
              "1 to " + StockContract.SKUS_MAX + " SKUs are checked, not " + skus.size()));
      return;
    }
    from(call, skus, 0).onSuccess(done -> call.end()).onFailure(call::fail);
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
      return Refused.with(new Refusal.InvalidRequest("total must be 0 to " + StockLevel.TOTAL_MAX));
    }
    return valid(() -> stock.setTotal(new Sku(asked.getSku()), asked.getTotal()))
        .map(level -> SetStockResponse.newBuilder().setLevel(StockContract.level(level)).build());
  }

  private Future<HoldStockResponse> hold(RpcCall<HoldStockResponse> call, HoldStockRequest asked) {
    return valid(
            () -> {
              List<Take> lines =
                  asked.getLinesList().stream()
                      .map(line -> new Take(new Sku(line.getSku()), line.getQuantity()))
                      .toList();
              return holds.hold(
                  id(asked.getOrderId()), lines, Duration.ofMillis(asked.getTimeMillis()));
            })
        .map(code -> HoldStockResponse.newBuilder().setCode(StockContract.code(code)).build());
  }

  private Future<ConfirmHoldResponse> confirm(
      RpcCall<ConfirmHoldResponse> call, ConfirmHoldRequest asked) {
    return valid(() -> holds.confirm(id(asked.getOrderId())))
        .map(code -> ConfirmHoldResponse.newBuilder().setCode(StockContract.code(code)).build());
  }

  private Future<CancelHoldResponse> cancel(
      RpcCall<CancelHoldResponse> call, CancelHoldRequest asked) {
    return valid(() -> holds.cancel(id(asked.getOrderId())))
        .map(code -> CancelHoldResponse.newBuilder().setCode(StockContract.code(code)).build());
  }

  private static UUID id(String text) {
    return UUID.fromString(text);
  }

  /** What the domain's types do not take is the caller's mistake. */
  private static <T> Future<T> valid(Supplier<Future<T>> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException e) {
      return Refused.with(new Refusal.InvalidRequest(String.valueOf(e.getMessage())));
    }
  }
}
