package io.pigpig.order.rpc;

import com.google.protobuf.Message;
import io.pigpig.rpc.CurrentCall;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.runtime.Principal;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Asks what can be asked again, for as long as whoever wants to know waits: a read for a call has
 * the time that the call has left, and any other the default. Owned by one event loop.
 */
record Reading(RpcCaller caller) {

  <Q extends Message, A extends Message> Future<A> ask(
      RpcMethod<Q, A> method, Q question, @Nullable Principal viewer) {
    RpcCall<?> asking = CurrentCall.get();
    return asking == null || asking.deadlineNanos() == 0
        ? caller.call(method, question, viewer)
        : caller.call(method, question, viewer, asking.deadlineNanos());
  }
}
