package io.pigpig.rpc;

import com.google.protobuf.Message;
import io.pigpig.runtime.Principal;
import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks one service over one carrier. Every call has a deadline, never a later one than the call it
 * is made for; a future fails with a {@code RefusedException} of what the service said, or of what
 * its silence means: {@code UNAVAILABLE} when nothing can have happened, {@code OUTCOME_UNKNOWN}
 * otherwise. Owned by one event loop.
 */
public interface RpcCaller {

  /** Asks until {@code deadlineNanos} of the process's ticker. */
  <Q extends Message, A extends Message> Future<A> call(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf, long deadlineNanos);

  /** Asks within the default deadline. */
  <Q extends Message, A extends Message> Future<A> call(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf);

  /** Asks one question with many answers; the future completes after the last of them. */
  <Q extends Message, A extends Message> Future<Void> stream(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf, Consumer<A> each);

  /**
   * Asks one of many questions that go over one stream where the carrier has streams.
   *
   * @param question the question with the number it is given, 1 upwards
   * @param number of the question that an answer belongs to
   */
  <Q extends Message, A extends Message> Future<A> batch(
      RpcMethod<Q, A> method,
      LongFunction<Q> question,
      ToLongFunction<A> number,
      long deadlineNanos);

  Future<Void> close();
}
