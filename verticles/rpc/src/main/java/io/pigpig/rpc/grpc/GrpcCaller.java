package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.pigpig.rpc.CurrentCall;
import io.pigpig.rpc.FailureLog;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.grpc.GrpcExchange.Silence;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.Address;
import io.vertx.core.net.AddressResolver;
import io.vertx.core.net.endpoint.LoadBalancer;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks one service over gRPC, wherever its instances are. So many calls are under way at a time;
 * one more is refused. Owned by one event loop.
 */
public final class GrpcCaller implements RpcCaller {

  /**
   * How long the answer to a call that is late may still take before the call is reset. The peer
   * has the same deadline, so that its own answer ends most of them; many resets look like an
   * attack.
   */
  private static final long LINGER_MILLIS = 1_000;

  /**
   * Where a service is, and how its instances are chosen among.
   *
   * @param name of the service, for refusals
   * @param resolver what {@code address} is resolved by; null for a plain socket address
   * @param token of this process: it vouches for those on whose behalf it asks
   */
  public record Target(
      String name,
      Address address,
      @Nullable AddressResolver<?> resolver,
      @Nullable LoadBalancer balancer,
      Supplier<String> token) {}

  private final Vertx vertx;
  private final Target target;
  private final RpcSettings settings;
  private final Ticker ticker;
  private final FailureLog failures;
  private final GrpcDialer dialer;
  private final Map<String, GrpcBatchStream<?, ?>> streams = new HashMap<>();

  public GrpcCaller(Vertx vertx, Target target, RpcSettings settings, Ticker ticker) {
    this.vertx = vertx;
    this.target = target;
    this.settings = settings;
    this.ticker = ticker;
    this.failures = new FailureLog(target.name(), ticker);
    this.dialer = new GrpcDialer(vertx, target, settings, ticker);
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
    Last<A> last = new Last<>();
    return exchange(new Asked<>(method, question, onBehalfOf, deadlineNanos), last, told(method))
        .compose(
            ended ->
                last.message == null
                    ? Future.failedFuture(silence(method.effect()).lost())
                    : Future.succeededFuture(last.message));
  }

  private static final class Last<A> implements Consumer<A> {
    private @Nullable A message;

    @Override
    public void accept(A next) {
      message = next;
    }
  }

  @Override
  public <Q extends Message, A extends Message> Future<Void> stream(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf, Consumer<A> each) {
    return exchange(new Asked<>(method, question, onBehalfOf, soon()), each, told(method));
  }

  private Consumer<Throwable> told(RpcMethod<?, ?> method) {
    return cause -> failures.failed(method.path(), cause);
  }

  /**
   * Whether the instance that is asked now takes this process' token; fails where none answers.
   * Calls themselves do not tell: whoever is asked for cannot mend it, and hears that the service
   * is away.
   */
  public Future<Boolean> isTokenTaken(long deadlineNanos) {
    Last<Throwable> trouble = new Last<>();
    HealthCheckRequest whole = HealthCheckRequest.getDefaultInstance();
    return exchange(new Asked<>(GrpcHealth.CHECK, whole, null, deadlineNanos), in -> {}, trouble)
        .map(true)
        .recover(
            e ->
                trouble.message instanceof RefusedException refused
                        && refused.refusal() instanceof Refusal.Unauthenticated
                    ? Future.succeededFuture(false)
                    : Future.failedFuture(e));
  }

  /** One question. */
  private record Asked<Q extends Message, A extends Message>(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf, long deadlineNanos) {}

  private <Q extends Message, A extends Message> Future<Void> exchange(
      Asked<Q, A> asked, Consumer<A> each, Consumer<Throwable> troubles) {
    long until = CurrentCall.deadlineNanos(asked.deadlineNanos());
    long millis = millisUntil(until);
    if (millis <= 0) {
      return Refused.with(Refused.late());
    }
    if (dialer.isFull()) {
      return Refused.with(full());
    }
    Silence silence = silence(asked.method().effect());
    GrpcExchange<Q, A> exchange = new GrpcExchange<>(each, silence, troubles);
    long timer = vertx.setTimer(millis, id -> late(exchange));
    RpcCall<?> outer = CurrentCall.get();
    if (outer != null) {
      outer.whenGone(() -> exchange.give(silence.lost()), exchange.ended());
    }
    dialer
        .begin(exchange, asked.method(), asked.onBehalfOf(), until)
        .onSuccess(begun -> exchange.ask(asked.question()));
    return exchange.ended().onComplete(done -> vertx.cancelTimer(timer));
  }

  private <Q extends Message, A extends Message> void late(GrpcExchange<Q, A> exchange) {
    exchange.late();
    if (!exchange.closed().isComplete()) {
      long timer = vertx.setTimer(LINGER_MILLIS, id -> exchange.cancel());
      exchange.closed().onComplete(done -> vertx.cancelTimer(timer));
    }
  }

  private Refusal full() {
    return new Refusal.Overloaded("the way to the service " + target.name(), Refused.RETRY_AFTER);
  }

  @Override
  public <Q extends Message, A extends Message> Future<A> batch(
      RpcMethod<Q, A> method,
      LongFunction<Q> question,
      ToLongFunction<A> number,
      long deadlineNanos) {
    return millisUntil(deadlineNanos) <= 0
        ? Refused.with(Refused.late())
        : stream(method, number).ask(question, deadlineNanos);
  }

  /** The stream of a method; after some time a new one, which may find another instance. */
  @SuppressWarnings("unchecked")
  private <Q extends Message, A extends Message> GrpcBatchStream<Q, A> stream(
      RpcMethod<Q, A> method, ToLongFunction<A> number) {
    GrpcBatchStream<Q, A> current = (GrpcBatchStream<Q, A>) streams.get(method.path());
    if (current != null && !current.isDone(dialer.instances())) {
      return current;
    }
    if (current != null) {
      current.finish();
    }
    GrpcBatchStream<Q, A> fresh =
        new GrpcBatchStream<>(
            new GrpcBatchStream.Terms(vertx, ticker, settings, told(method)),
            number,
            silence(method.effect()));
    streams.put(method.path(), fresh);
    dialer.begin(fresh.exchange(), method, null, 0).onSuccess(fresh::begun);
    return fresh;
  }

  private long millisUntil(long deadlineNanos) {
    return TimeUnit.NANOSECONDS.toMillis(deadlineNanos - ticker.nanos());
  }

  private Silence silence(Effect effect) {
    RefusedException away =
        new RefusedException(
            new Refusal.Unavailable(
                "the service " + target.name() + " is away", Refused.RETRY_AFTER));
    return new Silence(
        away, effect == Effect.READ ? away : new RefusedException(Refused.unknown()));
  }

  /** What is under way over a stream has a moment to come to its end. */
  @Override
  public Future<Void> close() {
    List<Future<Void>> ending = new ArrayList<>();
    for (GrpcBatchStream<?, ?> stream : streams.values()) {
      stream.finish();
      ending.add(stream.exchange().ended());
    }
    return Future.join(ending)
        .timeout(LINGER_MILLIS, TimeUnit.MILLISECONDS)
        .transform(ended -> dialer.close());
  }
}
