package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcService.Binding;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * A stream of questions, each with one answer. So many are worked on at a time; while they are, the
 * next ones are not read, which holds the caller back. A question that is refused as a whole ends
 * the stream. Owned by one event loop.
 */
final class GrpcBatches<Q extends Message, A extends Message> {

  private final GrpcCall<Q, A> stream;
  private final Binding<Q, A> binding;
  private final int inFlightMax;
  private int inFlight;
  private boolean held;
  private @Nullable Runnable whenIdle;

  GrpcBatches(GrpcCall<Q, A> stream, Binding<Q, A> binding, int inFlightMax) {
    this.stream = stream;
    this.binding = binding;
    this.inFlightMax = inFlightMax;
  }

  void begin() {
    stream.onDrain(
        () -> {
          stream.pause();
          held = true;
          onIdle(
              () ->
                  stream.refuse(
                      new Refusal.Unavailable("this process is draining", Refused.RETRY_AFTER)));
        });
    stream.readAll(this::work, () -> onIdle(stream::end));
  }

  private void onIdle(Runnable task) {
    whenIdle = task;
    if (inFlight == 0) {
      task.run();
    }
  }

  private void work(Q question) {
    inFlight++;
    if (inFlight >= inFlightMax) {
      stream.pause();
    }
    binding.work().accept(new One(), question);
  }

  private void answered() {
    inFlight--;
    if (inFlight == 0 && whenIdle != null) {
      whenIdle.run();
    } else if (!held && inFlight == inFlightMax - 1) {
      stream.resume();
    }
  }

  /** One question of the stream. */
  private final class One extends RpcCall<A> {

    One() {
      super(binding.method().path());
      principal(stream.principal());
      deadline(stream.deadlineNanos());
    }

    @Override
    public boolean isOver() {
      return super.isOver() || stream.isOver();
    }

    @Override
    protected Future<Void> send(A answer) {
      return stream.write(answer);
    }

    @Override
    protected void finish(@Nullable A last) {
      if (last == null) {
        answered();
      } else {
        // The next question is read when this answer is on its way.
        stream.write(last).onComplete(sent -> answered());
      }
    }

    @Override
    protected void finishRefused(Refusal refusal) {
      stream.refuse(refusal);
    }

    @Override
    protected void finishDefect() {
      stream.refuse(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER));
    }
  }
}
