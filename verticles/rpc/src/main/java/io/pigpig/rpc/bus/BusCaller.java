package io.pigpig.rpc.bus;

import com.google.protobuf.Message;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.bus.BusMessages.Answer;
import io.pigpig.rpc.bus.BusMessages.Question;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks one service over the bus of the process. The bus has no back-pressure, so that a question
 * needs a permit before it is sent.
 */
public final class BusCaller implements RpcCaller {

  static final int DEFECT = 500;

  /** The process itself, which asks its own parts. */
  private static final Principal PROCESS = new Principal("process", Role.OPERATOR, Membership.NONE);

  private final Vertx vertx;
  private final Ticker ticker;
  private final String name;
  private final int permits;
  private final long timeoutNanos;
  private int underWay;
  private long last;

  /**
   * @param name of the service, for refusals
   */
  public BusCaller(Vertx vertx, String name, RpcSettings settings, Ticker ticker) {
    this.vertx = vertx;
    this.name = name;
    this.ticker = ticker;
    this.permits = settings.callsMax();
    this.timeoutNanos = settings.callTimeout().toNanos();
  }

  @Override
  public <Q extends Message, A extends Message> Future<A> call(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf) {
    return call(method, question, onBehalfOf, ticker.nanos() + timeoutNanos);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <Q extends Message, A extends Message> Future<A> call(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf, long deadlineNanos) {
    return ask(method, question, onBehalfOf, deadlineNanos).map(answers -> (A) answers.getLast());
  }

  @Override
  @SuppressWarnings("unchecked")
  public <Q extends Message, A extends Message> Future<Void> stream(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf, Consumer<A> each) {
    return ask(method, question, onBehalfOf, ticker.nanos() + timeoutNanos)
        .onSuccess(answers -> answers.forEach(answer -> each.accept((A) answer)))
        .mapEmpty();
  }

  @Override
  public <Q extends Message, A extends Message> Future<A> batch(
      RpcMethod<Q, A> method,
      LongFunction<Q> question,
      ToLongFunction<A> number,
      long deadlineNanos) {
    return call(method, question.apply(++last), PROCESS, deadlineNanos);
  }

  private <Q extends Message> Future<List<Message>> ask(
      RpcMethod<Q, ?> method, Q question, @Nullable Principal onBehalfOf, long deadlineNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - ticker.nanos());
    if (millis <= 0) {
      return Refused.with(new Refusal.Unavailable("the deadline has passed", Refused.RETRY_AFTER));
    }
    if (underWay >= permits) {
      return Refused.with(new Refusal.Overloaded("the way to " + name, Refused.RETRY_AFTER));
    }
    underWay++;
    Question asked =
        new Question(question, onBehalfOf == null ? PROCESS : onBehalfOf, deadlineNanos);
    return vertx
        .eventBus()
        .<Answer>request(
            method.path(), asked, new DeliveryOptions().setLocalOnly(true).setSendTimeout(millis))
        .onComplete(done -> underWay--)
        .recover(e -> silence(e, method.effect()))
        .compose(message -> answers(message.body()));
  }

  private static Future<List<Message>> answers(Answer answer) {
    return answer.refused() == null
        ? Future.succeededFuture(answer.messages())
        : Refused.with(answer.refused().refusal());
  }

  private <T> Future<T> silence(Throwable cause, Effect effect) {
    boolean nobody =
        cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    return nobody || effect == Effect.READ
        ? Refused.with(
            new Refusal.Unavailable("the service " + name + " is away", Refused.RETRY_AFTER))
        : Refused.with(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER));
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
