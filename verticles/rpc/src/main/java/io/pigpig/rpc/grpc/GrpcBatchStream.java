package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/**
 * Many questions over one stream, from the asking side. Owned by one event loop.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
final class GrpcBatchStream<Q extends Message, A extends Message> {

  private record Waiting<Q>(long number, Q question) {}

  private final GrpcExchange<Q, A> exchange;
  private final ToLongFunction<A> numberOf;
  private final RefusedException nothingSent;
  private final Map<Long, Promise<A>> answers = new HashMap<>();
  private final ArrayDeque<Waiting<Q>> unsent = new ArrayDeque<>();
  private final long openedNanos;
  private long last;
  private boolean finishing;

  GrpcBatchStream(
      ToLongFunction<A> numberOf,
      RefusedException nothingSent,
      RefusedException lost,
      long openedNanos) {
    this.numberOf = numberOf;
    this.nothingSent = nothingSent;
    this.openedNanos = openedNanos;
    exchange = new GrpcExchange<>(this::answered, lost);
    exchange.ended().onComplete(done -> answerAll(done.succeeded() ? lost : done.cause()));
  }

  GrpcExchange<Q, A> exchange() {
    return exchange;
  }

  /** Whether questions can still be asked over it. */
  boolean isOpen() {
    return !finishing && !exchange.ended().isComplete();
  }

  long openedNanos() {
    return openedNanos;
  }

  /** There is a connection now. */
  void begun() {
    while (!unsent.isEmpty()) {
      exchange.write(unsent.remove().question());
    }
    if (finishing) {
      exchange.finish();
    }
  }

  Future<A> ask(LongFunction<Q> question) {
    long number = ++last;
    Promise<A> answer = Promise.promise();
    answers.put(number, answer);
    answer.future().onComplete(done -> answers.remove(number));
    Q asked = question.apply(number);
    if (!exchange.write(asked)) {
      unsent.add(new Waiting<>(number, asked));
    }
    return answer.future();
  }

  /** Takes no more questions and ends when the last has its answer. */
  void finish() {
    finishing = true;
    if (unsent.isEmpty()) {
      exchange.finish();
    }
  }

  private void answered(A answer) {
    Promise<A> waiting = answers.get(numberOf.applyAsLong(answer));
    if (waiting != null) {
      waiting.tryComplete(answer);
    }
  }

  private void answerAll(Throwable cause) {
    for (Waiting<Q> each : unsent) {
      Promise<A> waiting = answers.get(each.number());
      if (waiting != null) {
        waiting.tryFail(nothingSent);
      }
    }
    unsent.clear();
    // Apart from the map, which an answer changes.
    new HashMap<>(answers).values().forEach(waiting -> waiting.tryFail(cause));
  }
}
