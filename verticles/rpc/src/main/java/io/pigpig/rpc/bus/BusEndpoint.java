package io.pigpig.rpc.bus;

import com.google.protobuf.Message;
import io.pigpig.rpc.CurrentCall;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Binding;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.bus.BusMessages.Answer;
import io.pigpig.rpc.bus.BusMessages.Next;
import io.pigpig.rpc.bus.BusMessages.Question;
import io.pigpig.rpc.bus.BusMessages.Then;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusalFacts;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's services on the bus of its process; several loops that serve the same are asked
 * in turn. Owned by that loop.
 */
public final class BusEndpoint {

  private final Vertx vertx;
  private final RpcSettings settings;
  private final Ticker ticker;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private final Set<OnBus<?>> calls = new HashSet<>();
  private @Nullable Promise<Void> idle;

  /** Makes a bus ready for questions and answers; called once a Vert.x. */
  public static void prepare(Vertx vertx) {
    BusMessages.register(vertx.eventBus());
  }

  public BusEndpoint(Vertx vertx, RpcSettings settings, Ticker ticker) {
    this.vertx = vertx;
    this.settings = settings;
    this.ticker = ticker;
  }

  /** Serves {@code service} from now on. */
  public BusEndpoint add(RpcService service) {
    service.bindings().forEach(binding -> consumers.add(consumer(binding)));
    return this;
  }

  private <Q extends Message, A extends Message> MessageConsumer<Question> consumer(
      Binding<Q, A> binding) {
    return vertx
        .eventBus()
        .<Question>localConsumer(
            binding.method().path(),
            message -> handle(binding, new OnBus<>(message, binding.method())));
  }

  @SuppressWarnings("unchecked")
  private <Q extends Message, A extends Message> void handle(Binding<Q, A> binding, OnBus<A> call) {
    Question question = call.question;
    if (idle != null) {
      call.refuse(Refused.draining());
      return;
    }
    if (calls.size() >= settings.callsMax()) {
      call.refuse(new Refusal.Overloaded("the bus endpoint", Refused.RETRY_AFTER));
      return;
    }
    calls.add(call);
    Context mine = vertx.getOrCreateContext();
    CurrentCall.set(mine, call);
    call.onOver(() -> over(call));
    try {
      call.admit(binding.access().admit(question.caller(), question.onBehalfOf()));
    } catch (RefusedException e) {
      call.refuse(e.refusal());
      return;
    }
    call.bound(mine);
    call.work(() -> binding.work().accept(call, (Q) question.message()));
  }

  private void over(OnBus<?> call) {
    calls.remove(call);
    if (idle != null && calls.isEmpty()) {
      idle.tryComplete();
    }
  }

  /** Takes no more, and waits until what is under way is answered or patience ends. */
  public Future<Void> drain(Duration patience) {
    Promise<Void> drained = Promise.promise();
    idle = drained;
    List.copyOf(calls).forEach(OnBus::drainNow);
    if (calls.isEmpty()) {
      drained.tryComplete();
    }
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
        .compose(
            closed ->
                drained
                    .future()
                    .timeout(patience.toMillis() + 1, TimeUnit.MILLISECONDS)
                    .otherwiseEmpty());
  }

  /** Calls that are under way. */
  public int underWay() {
    return calls.size();
  }

  /**
   * A call that came over the bus. Answers gather while the caller has not asked for the next; so
   * many, and the work waits.
   */
  private final class OnBus<A extends Message> extends RpcCall<A> {

    private final Question question;
    private io.vertx.core.eventbus.@Nullable Message<?> asks;
    private List<Message> ready = new ArrayList<>(1);
    private @Nullable Promise<Void> room;
    private @Nullable Answer end;

    OnBus(io.vertx.core.eventbus.Message<Question> message, RpcMethod<?, A> method) {
      super(method);
      this.question = message.body();
      this.asks = message;
      onOver(this::made);
    }

    void admit(Principal who) {
      principal(who);
    }

    /** The caller may give up, or its time may be over. */
    void bound(Context mine) {
      until(question.deadlineNanos(), vertx, ticker);
      Future<Void> gone = question.gone();
      if (gone != null) {
        gone.onSuccess(now -> mine.runOnContext(here -> gone()));
      }
    }

    void work(Runnable work) {
      attempt(work);
    }

    void drainNow() {
      drain();
    }

    @Override
    protected Future<Void> send(A answer) {
      ready.add(answer);
      answerOnce();
      if (ready.size() < settings.answersAhead()) {
        return Future.succeededFuture();
      }
      Promise<Void> waiting = room;
      if (waiting == null) {
        waiting = Promise.promise();
        room = waiting;
      }
      return waiting.future();
    }

    /** Gives what is ready to a caller who asks. */
    private void answerOnce() {
      io.vertx.core.eventbus.Message<?> to = asks;
      Answer last = end;
      if (to == null || (ready.isEmpty() && last == null)) {
        return;
      }
      asks = null;
      List<Message> messages = ready;
      if (last != null) {
        to.reply(new Answer(messages, last.then(), last.refused()));
        return;
      }
      ready = new ArrayList<>();
      to.<Next>replyAndRequest(new Answer(messages, Then.MORE, null), options())
          .onSuccess(this::asked)
          .onFailure(nobody -> gone());
      made();
    }

    private DeliveryOptions options() {
      long left = TimeUnit.NANOSECONDS.toMillis(question.deadlineNanos() - ticker.nanos());
      return new DeliveryOptions().setLocalOnly(true).setSendTimeout(Math.max(1, left));
    }

    private void asked(io.vertx.core.eventbus.Message<Next> next) {
      asks = next;
      answerOnce();
    }

    /** There is room again, or nobody waits. */
    private void made() {
      Promise<Void> waiting = room;
      room = null;
      if (waiting != null) {
        waiting.complete();
      }
    }

    @Override
    protected void finish(@Nullable A last) {
      if (last != null) {
        ready.add(last);
      }
      end(Then.END, null);
    }

    private void end(Then then, @Nullable Refusal refusal) {
      end = new Answer(List.of(), then, refusal == null ? null : RefusalFacts.of(refusal));
      answerOnce();
    }

    @Override
    protected void finishRefused(Refusal refusal) {
      end(Then.REFUSAL, refusal);
    }

    @Override
    protected void finishDefect() {
      end(Then.DEFECT, null);
    }
  }
}
