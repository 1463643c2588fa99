package io.pigpig.stock.rpc;

import io.pigpig.catalog.Sku;
import io.pigpig.proto.stock.v1.BatchCheckStockRequest;
import io.pigpig.proto.stock.v1.BatchCheckStockResponse;
import io.pigpig.proto.stock.v1.CancelHoldRequest;
import io.pigpig.proto.stock.v1.CheckStockRequest;
import io.pigpig.proto.stock.v1.CheckStockResponse;
import io.pigpig.proto.stock.v1.ConfirmHoldRequest;
import io.pigpig.proto.stock.v1.HoldLine;
import io.pigpig.proto.stock.v1.HoldStockRequest;
import io.pigpig.proto.stock.v1.SetStockRequest;
import io.pigpig.rpc.CurrentCall;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.stock.StockHolds;
import io.pigpig.stock.StockLevel;
import io.pigpig.stock.StockService;
import io.pigpig.stock.Take;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The stock of another process. Bound to the event loop of its caller. */
public record RemoteStock(RpcCaller caller) implements StockService, StockHolds {

  @Override
  public Future<StockLevel> level(Sku sku) {
    CheckStockRequest question = CheckStockRequest.newBuilder().setSku(sku.value()).build();
    // A read for a call has the time that the call has left.
    RpcCall<?> asking = CurrentCall.get();
    Future<CheckStockResponse> answered =
        asking == null || asking.deadlineNanos() == 0
            ? caller.call(StockContract.CHECK, question, null)
            : caller.call(StockContract.CHECK, question, null, asking.deadlineNanos());
    return answered.map(answer -> StockContract.level(answer.getLevel()));
  }

  @Override
  public Future<List<StockLevel>> levels(List<Sku> skus) {
    if (skus.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    BatchCheckStockRequest.Builder question = BatchCheckStockRequest.newBuilder();
    skus.forEach(sku -> question.addSkus(sku.value()));
    List<BatchCheckStockResponse> answers = new ArrayList<>(skus.size());
    return caller.stream(StockContract.BATCH_CHECK, question.build(), null, answers::add)
        .map(
            all ->
                // Not as they come: what is thrown there is lost, and with it a level.
                answers.stream().map(answer -> StockContract.level(answer.getLevel())).toList());
  }

  @Override
  public Future<StockLevel> setTotal(Sku sku, long total) {
    SetStockRequest question =
        SetStockRequest.newBuilder().setSku(sku.value()).setTotal(total).build();
    return caller
        .call(StockContract.SET, question, null)
        .map(answer -> StockContract.level(answer.getLevel()));
  }

  @Override
  public Future<Code> hold(UUID orderId, List<Take> lines, Duration time) {
    HoldStockRequest.Builder question =
        HoldStockRequest.newBuilder().setOrderId(orderId.toString()).setTimeMillis(time.toMillis());
    for (Take line : lines) {
      question.addLines(
          HoldLine.newBuilder().setSku(line.sku().value()).setQuantity(line.quantity()));
    }
    return caller
        .call(StockContract.HOLD, question.build(), null)
        .map(answer -> StockContract.code(answer.getCode()));
  }

  @Override
  public Future<Code> confirm(UUID orderId) {
    ConfirmHoldRequest question =
        ConfirmHoldRequest.newBuilder().setOrderId(orderId.toString()).build();
    return caller
        .call(StockContract.CONFIRM, question, null)
        .map(answer -> StockContract.code(answer.getCode()));
  }

  @Override
  public Future<Code> cancel(UUID orderId) {
    CancelHoldRequest question =
        CancelHoldRequest.newBuilder().setOrderId(orderId.toString()).build();
    return caller
        .call(StockContract.CANCEL, question, null)
        .map(answer -> StockContract.code(answer.getCode()));
  }
}
