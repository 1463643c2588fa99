package io.pigpig.rpc.bus;

import com.google.protobuf.Message;
import io.pigpig.rpc.CurrentCall;
import io.pigpig.rpc.FailureLog;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.bus.BusMessages.Answer;
import io.pigpig.rpc.bus.BusMessages.Next;
import io.pigpig.rpc.bus.BusMessages.Question;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusalFacts;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks one service over the bus of the process. The bus has no back-pressure, so that a question
 * needs a permit before it is sent, and answers come as they are asked for.
 */
public final class BusCaller implements RpcCaller {

  /** The process itself, which asks its own parts. */
  public static final Principal PROCESS = new Principal("process", Role.OPERATOR, Membership.NONE);

  /**
   * What is asked, and by whom.
   *
   * @param name of the service, for refusals
   * @param self who asks where nobody is named
   */
  public record Target(String name, Principal self) {}

  private final Vertx vertx;
  private final Target target;
  private final RpcSettings settings;
  private final Ticker ticker;
  private final FailureLog failures;
  private int underWay;
  private long last;

  public BusCaller(Vertx vertx, Target target, RpcSettings settings, Ticker ticker) {
    this.vertx = vertx;
    this.target = target;
    this.settings = settings;
    this.ticker = ticker;
    this.failures = new FailureLog(target.name(), ticker);
  }

  @Override
  public <Q extends Message, A extends Message> Future<A> call(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf) {
    return call(method, question, onBehalfOf, soon());
  }

  private long soon() {
    return ticker.nanos() + settings.callTimeout().toNanos();
  }

  @Override
  public <Q extends Message, A extends Message> Future<A> call(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf, long deadlineNanos) {
    Asked<A> asked = new Asked<>(method, null, CurrentCall.deadlineNanos(deadlineNanos));
    return asked
        .ask(question, onBehalfOf)
        .compose(
            ended ->
                asked.latest == null
                    ? Future.failedFuture(asked.lost())
                    : Future.succeededFuture(asked.latest));
  }

  @Override
  public <Q extends Message, A extends Message> Future<Void> stream(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf, Consumer<A> each) {
    return new Asked<>(method, each, CurrentCall.deadlineNanos(soon())).ask(question, onBehalfOf);
  }

  @Override
  public <Q extends Message, A extends Message> Future<A> batch(
      RpcMethod<Q, A> method,
      LongFunction<Q> question,
      ToLongFunction<A> number,
      long deadlineNanos) {
    return call(method, question.apply(++last), null, deadlineNanos);
  }

  /** A question on its way, and its answers on theirs. */
  private final class Asked<A extends Message> {

    private final RpcMethod<?, A> method;
    private final @Nullable Consumer<A> each;
    private final long deadlineNanos;
    private final Promise<Void> ended = Promise.promise();
    private @Nullable A latest;

    Asked(RpcMethod<?, A> method, @Nullable Consumer<A> each, long deadlineNanos) {
      this.method = method;
      this.each = each;
      this.deadlineNanos = deadlineNanos;
    }

    Future<Void> ask(Message question, @Nullable Principal onBehalfOf) {
      if (millisLeft() <= 0) {
        return Refused.with(Refused.late());
      }
      if (underWay >= settings.callsMax()) {
        return Refused.with(
            new Refusal.Overloaded("the way to the service " + target.name(), Refused.RETRY_AFTER));
      }
      underWay++;
      Future<Void> answered = ended.future().onComplete(done -> underWay--);
      Question asked =
          new Question(question, target.self(), onBehalfOf, deadlineNanos, gone(answered));
      vertx
          .eventBus()
          .<Answer>request(method.path(), asked, options())
          .onSuccess(this::read)
          .onFailure(this::silent);
      return answered;
    }

    /** Completes if the call that this one is made for ends before it. */
    private @Nullable Future<Void> gone(Future<Void> answered) {
      RpcCall<?> outer = CurrentCall.get();
      if (outer == null) {
        return null;
      }
      Promise<Void> gone = Promise.promise();
      outer.whenGone(
          () -> {
            gone.complete();
            ended.tryFail(lost());
          },
          answered);
      return gone.future();
    }

    private long millisLeft() {
      return TimeUnit.NANOSECONDS.toMillis(deadlineNanos - ticker.nanos());
    }

    private DeliveryOptions options() {
      return new DeliveryOptions().setLocalOnly(true).setSendTimeout(Math.max(1, millisLeft()));
    }

    @SuppressWarnings("unchecked")
    private void read(io.vertx.core.eventbus.Message<Answer> message) {
      if (ended.future().isComplete()) {
        return;
      }
      Answer answer = message.body();
      try {
        for (Message next : answer.messages()) {
          latest = (A) next;
          if (each != null) {
            each.accept(latest);
          }
        }
      } catch (RuntimeException e) {
        // A defect of whoever asked; it must not look like the last answer.
        ended.tryFail(e);
        return;
      }
      switch (answer.then()) {
        case END -> ended.tryComplete();
        case DEFECT -> ended.tryFail(lost());
        case REFUSAL -> ended.tryFail(refused(answer.refused()));
        case MORE ->
            message
                .<Answer>replyAndRequest(new Next(), options())
                .onSuccess(this::read)
                .onFailure(this::silent);
      }
    }

    private RefusedException refused(@Nullable RefusalFacts facts) {
      return facts == null ? lost() : new RefusedException(facts.refusal());
    }

    private void silent(Throwable cause) {
      boolean nobody =
          cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
      if (ended.tryFail(nobody ? away() : lost())) {
        failures.failed(method.path(), cause);
      }
    }

    private RefusedException lost() {
      return method.effect() == Effect.READ ? away() : new RefusedException(Refused.unknown());
    }
  }

  private RefusedException away() {
    return new RefusedException(
        new Refusal.Unavailable("the service " + target.name() + " is away", Refused.RETRY_AFTER));
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
