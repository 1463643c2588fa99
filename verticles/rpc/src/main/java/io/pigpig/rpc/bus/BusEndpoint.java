package io.pigpig.rpc.bus;

import com.google.protobuf.Message;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.rpc.RpcService.Binding;
import io.pigpig.rpc.RpcService.Shape;
import io.pigpig.rpc.bus.BusMessages.Answer;
import io.pigpig.rpc.bus.BusMessages.Question;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusalFacts;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's services on the bus of its process; several loops that serve the same are asked
 * in turn. Streams that last are not on the bus. Owned by that loop.
 */
public final class BusEndpoint {

  private final Vertx vertx;
  private final int callsMax;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private int underWay;

  /** Makes a bus ready for questions and answers; called once a Vert.x. */
  public static void prepare(Vertx vertx) {
    BusMessages.register(vertx.eventBus());
  }

  /**
   * @param callsMax the most calls that are under way
   */
  public BusEndpoint(Vertx vertx, int callsMax) {
    this.vertx = vertx;
    this.callsMax = callsMax;
  }

  /** Serves {@code service} from now on. */
  public BusEndpoint add(RpcService service) {
    for (Binding<?, ?> binding : service.bindings()) {
      if (binding.shape() != Shape.LASTING) {
        consumers.add(consumer(binding));
      }
    }
    return this;
  }

  private <Q extends Message, A extends Message> MessageConsumer<Question> consumer(
      Binding<Q, A> binding) {
    return vertx
        .eventBus()
        .<Question>localConsumer(
            binding.method().path(), message -> handle(binding, new OnBus<>(message, binding)));
  }

  @SuppressWarnings("unchecked")
  private <Q extends Message, A extends Message> void handle(Binding<Q, A> binding, OnBus<A> call) {
    Question question = call.question();
    if (underWay >= callsMax) {
      call.refuse(new Refusal.Overloaded("the bus endpoint", Refused.RETRY_AFTER));
      return;
    }
    if (binding.access() == Access.OPERATOR && !question.asking().isOperator()) {
      call.refuse(
          new Refusal.Forbidden("this is not for the role " + question.asking().role().name()));
      return;
    }
    underWay++;
    call.onOver(() -> underWay--);
    call.work(() -> binding.work().accept(call, (Q) question.message()));
  }

  /** A call that came over the bus. */
  private static final class OnBus<A extends Message> extends RpcCall<A> {

    private final io.vertx.core.eventbus.Message<Question> message;
    private final List<Message> answers = new ArrayList<>(1);

    OnBus(io.vertx.core.eventbus.Message<Question> message, Binding<?, A> binding) {
      super(binding.method().path());
      this.message = message;
      principal(question().asking());
      deadline(question().deadlineNanos());
    }

    Question question() {
      return message.body();
    }

    void work(Runnable work) {
      attempt(work);
    }

    @Override
    protected Future<Void> send(A answer) {
      answers.add(answer);
      return Future.succeededFuture();
    }

    @Override
    protected void finish(@Nullable A last) {
      if (last != null) {
        answers.add(last);
      }
      message.reply(new Answer(answers, null));
    }

    @Override
    protected void finishRefused(Refusal refusal) {
      message.reply(new Answer(List.of(), RefusalFacts.of(refusal)));
    }

    @Override
    protected void finishDefect() {
      message.fail(BusCaller.DEFECT, "a defect; it is logged");
    }
  }

  /** Takes no more; what is under way is still answered. */
  public Future<Void> close() {
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList()).mapEmpty();
  }
}
