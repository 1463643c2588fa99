package io.pigpig.render.rpc;

import com.google.protobuf.Message;
import io.pigpig.proto.render.v1.FindDesignRequest;
import io.pigpig.proto.render.v1.FindDesignResponse;
import io.pigpig.proto.render.v1.PrintDesignRequest;
import io.pigpig.proto.render.v1.PrintDesignResponse;
import io.pigpig.proto.render.v1.RenderDesignRequest;
import io.pigpig.proto.render.v1.RenderDesignResponse;
import io.pigpig.proto.render.v1.StoreDesignRequest;
import io.pigpig.proto.render.v1.StoreDesignResponse;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;

/**
 * The rpcs of {@code pigpig.render.v1.RenderService}. Storing and printing are named by content, so
 * that asking again is as good as asking once.
 */
final class RenderContract {

  /** The most bytes of a design; no setting, because both sides must have the same. */
  static final int JSON_BYTES_MAX = 2 << 20;

  static final RpcMethod<RenderDesignRequest, RenderDesignResponse> PREVIEW =
      method(
          "RenderDesign",
          RenderDesignRequest.getDefaultInstance(),
          RenderDesignResponse.getDefaultInstance());
  static final RpcMethod<StoreDesignRequest, StoreDesignResponse> STORE =
      method(
          "StoreDesign",
          StoreDesignRequest.getDefaultInstance(),
          StoreDesignResponse.getDefaultInstance());
  static final RpcMethod<FindDesignRequest, FindDesignResponse> FIND =
      method(
          "FindDesign",
          FindDesignRequest.getDefaultInstance(),
          FindDesignResponse.getDefaultInstance());
  static final RpcMethod<PrintDesignRequest, PrintDesignResponse> PRINT =
      method(
          "PrintDesign",
          PrintDesignRequest.getDefaultInstance(),
          PrintDesignResponse.getDefaultInstance());

  private RenderContract() {}

  private static <Q extends Message, A extends Message> RpcMethod<Q, A> method(
      String name, Q question, A answer) {
    return new RpcMethod<>("pigpig.render.v1.RenderService", name, Effect.READ, question, answer);
  }
}
