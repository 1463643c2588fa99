package io.pigpig.edge.http;

import com.google.protobuf.Empty;
import io.pigpig.rpc.CurrentCall;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.runtime.refusal.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * A request that only reads, as the carriers see it by which its answer is asked of other
 * processes: when its client leaves, they give up what is under way for it. {@link Call} writes the
 * answer. Owned by one event loop.
 */
final class ReadRequest extends RpcCall<Empty> {

  private static final RpcMethod<Empty, Empty> READ =
      new RpcMethod<>(
          "http", "read", Effect.READ, Empty.getDefaultInstance(), Empty.getDefaultInstance());

  private ReadRequest() {
    super(READ);
  }

  /** What is asked from {@code context} from now on is asked for this request. */
  static ReadRequest begin(Context context) {
    ReadRequest fresh = new ReadRequest();
    CurrentCall.set(context, fresh);
    return fresh;
  }

  /**
   * @param answered false when the client left before its answer had ended
   */
  void end(boolean answered) {
    if (answered) {
      over();
    } else {
      gone();
    }
  }

  @Override
  protected Future<Void> send(Empty answer) {
    return Future.succeededFuture();
  }

  @Override
  protected void finish(@Nullable Empty last) {
    // The answer is not sent by this one.
  }

  @Override
  protected void finishRefused(Refusal refusal) {
    // As above.
  }

  @Override
  protected void finishDefect() {
    // As above.
  }
}
