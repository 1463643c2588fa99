package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcService.Binding;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A stream of questions, each with one answer. So many are worked on at a time; while they are, the
 * next ones are not read, which holds the caller back. A question that is refused has an answer of
 * its own where the contract has one. What ends the stream as a whole waits until those under way
 * have their answers, so that it is never taken for theirs. Owned by one event loop.
 */
final class GrpcBatches<Q extends Message, A extends Message> {

  private final GrpcCall<Q, A> stream;
  private final Binding<Q, A> binding;
  private final int inFlightMax;
  private final Set<One> open = new HashSet<>();
  private int inFlight;
  private @Nullable Refusal leaving;
  private boolean readToEnd;

  GrpcBatches(GrpcCall<Q, A> stream, Binding<Q, A> binding, int inFlightMax) {
    this.stream = stream;
    this.binding = binding;
    this.inFlightMax = inFlightMax;
  }

  void begin() {
    stream.leaveBy(this::leave);
    stream.onOver(() -> List.copyOf(open).forEach(One::streamGone));
    stream.onDrain(() -> leave(Refused.draining()));
    stream.readAll(
        this::work,
        () -> {
          readToEnd = true;
          endWhenIdle();
        });
  }

  private void leave(Refusal refusal) {
    if (leaving == null) {
      leaving = refusal;
      stream.pause();
      endWhenIdle();
    }
  }

  private void endWhenIdle() {
    if (inFlight > 0) {
      return;
    }
    Refusal refusal = leaving;
    if (refusal != null) {
      stream.refuse(refusal);
    } else if (readToEnd) {
      stream.end();
    }
  }

  private void work(Q question) {
    if (leaving != null) {
      return;
    }
    stream.begun();
    inFlight++;
    if (inFlight >= inFlightMax) {
      stream.pause();
    }
    new One(question).work();
  }

  private void answered() {
    inFlight--;
    endWhenIdle();
    if (leaving == null && inFlight == inFlightMax - 1 && !stream.isOver()) {
      stream.resume();
    }
  }

  /** One question of the stream. */
  private final class One extends RpcCall<A> {

    private final Q question;

    One(Q question) {
      super(binding.method());
      this.question = question;
      principal(stream.principal());
      deadline(stream.deadlineNanos());
      open.add(this);
      onOver(() -> open.remove(this));
    }

    void work() {
      attempt(() -> binding.work().accept(this, question));
    }

    void streamGone() {
      gone();
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
      BiFunction<Q, Refusal, @Nullable A> refused = binding.refused();
      A answer = refused == null ? null : refused.apply(question, refusal);
      if (answer == null) {
        leave(refusal);
        answered();
      } else {
        finish(answer);
      }
    }

    @Override
    protected void finishDefect() {
      finishRefused(Refused.unknown());
    }
  }
}
