package io.pigpig.render.rpc;

import com.google.protobuf.ByteString;
import io.pigpig.proto.render.v1.FindDesignRequest;
import io.pigpig.proto.render.v1.FindDesignResponse;
import io.pigpig.proto.render.v1.PrintDesignRequest;
import io.pigpig.proto.render.v1.PrintDesignResponse;
import io.pigpig.proto.render.v1.RenderDesignRequest;
import io.pigpig.proto.render.v1.RenderDesignResponse;
import io.pigpig.proto.render.v1.RenderServiceOuterClass;
import io.pigpig.proto.render.v1.StoreDesignRequest;
import io.pigpig.proto.render.v1.StoreDesignResponse;
import io.pigpig.render.RenderService;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/** The designs of this process, served to others. Bound to one event loop. */
public final class ServedDesigns {

  private static final int CHUNK_BYTES = 64 * 1024;

  private final RenderService designs;

  private ServedDesigns(RenderService designs) {
    this.designs = designs;
  }

  /** The contract as {@code designs} serves it. */
  public static RpcService of(RenderService designs) {
    ServedDesigns served = new ServedDesigns(designs);
    return new RpcService(
            RenderServiceOuterClass.getDescriptor().findServiceByName("RenderService"))
        .stream(RenderContract.PREVIEW, Access.CALLER, served::preview)
            .unary(RenderContract.STORE, Access.CALLER, served::store)
            .unary(RenderContract.FIND, Access.CALLER, served::find)
            .unary(RenderContract.PRINT, Access.OPERATOR, served::print);
  }

  private void preview(RpcCall<RenderDesignResponse> call, RenderDesignRequest asked) {
    Promise<Void> gone = Promise.promise();
    call.onOver(gone::tryComplete);
    designs
        .preview(asked.getDesignId(), asked.getWidthPixels(), gone.future())
        .compose(png -> from(call, ByteString.copyFrom(png.getBytes()), 0))
        .onSuccess(sent -> call.end())
        .onFailure(call::fail);
  }

  /** Sends piece by piece; a slow reader holds back the next one. */
  private static Future<Void> from(RpcCall<RenderDesignResponse> call, ByteString png, int start) {
    if (start >= png.size() || call.isOver()) {
      return Future.succeededFuture();
    }
    int end = Math.min(png.size(), start + CHUNK_BYTES);
    return call.write(RenderDesignResponse.newBuilder().setChunk(png.substring(start, end)).build())
        .compose(sent -> from(call, png, end));
  }

  private Future<StoreDesignResponse> store(
      RpcCall<StoreDesignResponse> call, StoreDesignRequest asked) {
    if (asked.getJson().size() > RenderContract.JSON_BYTES_MAX) {
      return Refused.with(new Refusal.PayloadTooLarge(RenderContract.JSON_BYTES_MAX));
    }
    return designs
        .store(Buffer.buffer(asked.getJson().toByteArray()))
        .map(id -> StoreDesignResponse.newBuilder().setDesignId(id).build());
  }

  private Future<FindDesignResponse> find(
      RpcCall<FindDesignResponse> call, FindDesignRequest asked) {
    return designs
        .exists(asked.getDesignId())
        .map(stored -> FindDesignResponse.newBuilder().setStored(stored).build());
  }

  private Future<PrintDesignResponse> print(
      RpcCall<PrintDesignResponse> call, PrintDesignRequest asked) {
    return designs
        .print(asked.getDesignId())
        .map(printed -> PrintDesignResponse.getDefaultInstance());
  }
}
