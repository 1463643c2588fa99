package io.pigpig.render.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.pigpig.proto.render.v1.FindDesignRequest;
import io.pigpig.proto.render.v1.FindDesignResponse;
import io.pigpig.proto.render.v1.PrintDesignRequest;
import io.pigpig.proto.render.v1.RenderDesignRequest;
import io.pigpig.proto.render.v1.StoreDesignRequest;
import io.pigpig.proto.render.v1.StoreDesignResponse;
import io.pigpig.render.RenderService;
import io.pigpig.rpc.CurrentCall;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcMethod;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The designs of another process. Bound to the event loop of its caller. */
public record RemoteDesigns(RpcCaller caller) implements RenderService {

  @Override
  public Future<String> store(Buffer json) {
    StoreDesignRequest question =
        StoreDesignRequest.newBuilder().setJson(ByteString.copyFrom(json.getBytes())).build();
    return ask(RenderContract.STORE, question).map(StoreDesignResponse::getDesignId);
  }

  @Override
  public Future<Boolean> exists(String designId) {
    FindDesignRequest question = FindDesignRequest.newBuilder().setDesignId(designId).build();
    return ask(RenderContract.FIND, question).map(FindDesignResponse::getStored);
  }

  @Override
  public Future<Buffer> preview(String designId, int widthPixels, Future<?> gone) {
    RenderDesignRequest question =
        RenderDesignRequest.newBuilder().setDesignId(designId).setWidthPixels(widthPixels).build();
    Buffer png = Buffer.buffer();
    return caller.stream(
            RenderContract.PREVIEW,
            question,
            null,
            piece -> png.appendBytes(piece.getChunk().toByteArray()))
        .map(png);
  }

  @Override
  public Future<Void> print(String designId) {
    PrintDesignRequest question = PrintDesignRequest.newBuilder().setDesignId(designId).build();
    return ask(RenderContract.PRINT, question).mapEmpty();
  }

  /** Each can be asked again: for a call, it has the time that the call has left. */
  private <Q extends Message, A extends Message> Future<A> ask(RpcMethod<Q, A> method, Q question) {
    RpcCall<?> asking = CurrentCall.get();
    return asking == null || asking.deadlineNanos() == 0
        ? caller.call(method, question, null)
        : caller.call(method, question, null, asking.deadlineNanos());
  }
}
