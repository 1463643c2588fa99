package io.pigpig.stock.rpc;

import com.google.protobuf.Message;
import io.pigpig.catalog.Sku;
import io.pigpig.proto.stock.v1.BatchCheckStockRequest;
import io.pigpig.proto.stock.v1.BatchCheckStockResponse;
import io.pigpig.proto.stock.v1.CancelHoldRequest;
import io.pigpig.proto.stock.v1.CancelHoldResponse;
import io.pigpig.proto.stock.v1.CheckStockRequest;
import io.pigpig.proto.stock.v1.CheckStockResponse;
import io.pigpig.proto.stock.v1.ConfirmHoldRequest;
import io.pigpig.proto.stock.v1.ConfirmHoldResponse;
import io.pigpig.proto.stock.v1.HoldCode;
import io.pigpig.proto.stock.v1.HoldStockRequest;
import io.pigpig.proto.stock.v1.HoldStockResponse;
import io.pigpig.proto.stock.v1.SetStockRequest;
import io.pigpig.proto.stock.v1.SetStockResponse;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.stock.StockHolds;
import io.pigpig.stock.StockLevel;

/**
 * The rpcs of {@code pigpig.stock.v1.StockService}, its messages as the domain's values, and its
 * limits, which are no settings because both sides must have the same.
 */
final class StockContract {

  /** The most SKUs of one check. */
  static final int SKUS_MAX = 10_000;

  /** The most units of one line of a hold. */
  static final int QUANTITY_MAX = 100;

  static final RpcMethod<CheckStockRequest, CheckStockResponse> CHECK =
      method(
          "CheckStock",
          Effect.READ,
          CheckStockRequest.getDefaultInstance(),
          CheckStockResponse.getDefaultInstance());
  static final RpcMethod<BatchCheckStockRequest, BatchCheckStockResponse> BATCH_CHECK =
      method(
          "BatchCheckStock",
          Effect.READ,
          BatchCheckStockRequest.getDefaultInstance(),
          BatchCheckStockResponse.getDefaultInstance());
  static final RpcMethod<SetStockRequest, SetStockResponse> SET =
      method(
          "SetStock",
          Effect.WRITE,
          SetStockRequest.getDefaultInstance(),
          SetStockResponse.getDefaultInstance());
  static final RpcMethod<HoldStockRequest, HoldStockResponse> HOLD =
      method(
          "HoldStock",
          Effect.WRITE,
          HoldStockRequest.getDefaultInstance(),
          HoldStockResponse.getDefaultInstance());
  static final RpcMethod<ConfirmHoldRequest, ConfirmHoldResponse> CONFIRM =
      method(
          "ConfirmHold",
          Effect.WRITE,
          ConfirmHoldRequest.getDefaultInstance(),
          ConfirmHoldResponse.getDefaultInstance());
  static final RpcMethod<CancelHoldRequest, CancelHoldResponse> CANCEL =
      method(
          "CancelHold",
          Effect.WRITE,
          CancelHoldRequest.getDefaultInstance(),
          CancelHoldResponse.getDefaultInstance());

  private StockContract() {}

  private static <Q extends Message, A extends Message> RpcMethod<Q, A> method(
      String name, Effect effect, Q question, A answer) {
    return new RpcMethod<>("pigpig.stock.v1.StockService", name, effect, question, answer);
  }

  static io.pigpig.proto.stock.v1.StockLevel level(StockLevel level) {
    return io.pigpig.proto.stock.v1.StockLevel.newBuilder()
        .setSku(level.sku().value())
        .setTotal(level.total())
        .setAvailable(level.available())
        .setHeld(level.held())
        .setSold(level.sold())
        .build();
  }

  static StockLevel level(io.pigpig.proto.stock.v1.StockLevel level) {
    return new StockLevel(
        new Sku(level.getSku()), level.getTotal(), level.getHeld(), level.getSold());
  }

  static HoldCode code(StockHolds.Code code) {
    return switch (code) {
      case HELD -> HoldCode.HOLD_CODE_HELD;
      case EXISTS -> HoldCode.HOLD_CODE_EXISTS;
      case CONFIRMED -> HoldCode.HOLD_CODE_CONFIRMED;
      case CANCELLED -> HoldCode.HOLD_CODE_CANCELLED;
      case EXPIRED -> HoldCode.HOLD_CODE_EXPIRED;
      case SHORT -> HoldCode.HOLD_CODE_SHORT;
      case DIFFERS -> HoldCode.HOLD_CODE_DIFFERS;
      case NOT_FOUND -> HoldCode.HOLD_CODE_NOT_FOUND;
    };
  }

  /**
   * @throws IllegalStateException for a code of a newer contract
   */
  static StockHolds.Code code(HoldCode code) {
    return switch (code) {
      case HOLD_CODE_HELD -> StockHolds.Code.HELD;
      case HOLD_CODE_EXISTS -> StockHolds.Code.EXISTS;
      case HOLD_CODE_CONFIRMED -> StockHolds.Code.CONFIRMED;
      case HOLD_CODE_CANCELLED -> StockHolds.Code.CANCELLED;
      case HOLD_CODE_EXPIRED -> StockHolds.Code.EXPIRED;
      case HOLD_CODE_SHORT -> StockHolds.Code.SHORT;
      case HOLD_CODE_DIFFERS -> StockHolds.Code.DIFFERS;
      case HOLD_CODE_NOT_FOUND -> StockHolds.Code.NOT_FOUND;
      case HOLD_CODE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("a hold code that is not known here: " + code);
    };
  }
}
