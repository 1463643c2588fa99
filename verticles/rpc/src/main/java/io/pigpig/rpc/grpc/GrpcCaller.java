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
import io.pigpig.rpc.grpc.GrpcInstances.Chosen;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.Address;
import io.vertx.core.net.AddressResolver;
import io.vertx.core.net.endpoint.LoadBalancer;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
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
 * one more is refused, because a connection has no more streams and would let it wait.
 */
public final class GrpcCaller implements RpcCaller {

  private static final int WINDOW_BYTES = 1 << 20;

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
  private final GrpcInstances instances;
  private final PeerWatch peers;
  private final GrpcClient client;
  private final Map<String, GrpcBatchStream<?, ?>> streams = new HashMap<>();
  private int underWay;

  public GrpcCaller(Vertx vertx, Target target, RpcSettings settings, Ticker ticker) {
    this.vertx = vertx;
    this.target = target;
    this.settings = settings;
    this.ticker = ticker;
    this.failures = new FailureLog(target.name(), ticker);
    this.instances = new GrpcInstances(vertx, target);
    this.peers = new PeerWatch(vertx, settings);
    client =
        GrpcClient.client(
            vertx,
            new GrpcClientOptions().setMaxMessageSize(settings.messageMax()),
            http(settings));
  }

  private static HttpClientOptions http(RpcSettings settings) {
    return new HttpClientOptions()
        .setProtocolVersion(HttpVersion.HTTP_2)
        .setHttp2ClearTextUpgrade(false)
        .setHttp2ConnectionWindowSize(4 * WINDOW_BYTES)
        .setInitialSettings(new Http2Settings().setInitialWindowSize(WINDOW_BYTES))
        // Before the peer closes an idle one, perhaps just when a call is on its way to it.
        .setHttp2KeepAliveTimeout(Math.max(1, (int) settings.idleTimeout().toSeconds() / 2))
        .setConnectTimeout((int) settings.connectTimeout().toMillis())
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true);
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
    return exchange(new Asked<>(method, question, onBehalfOf, deadlineNanos), last)
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
    return exchange(new Asked<>(method, question, onBehalfOf, soon()), each);
  }

  /** One question. */
  private record Asked<Q extends Message, A extends Message>(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf, long deadlineNanos) {}

  private <Q extends Message, A extends Message> Future<Void> exchange(
      Asked<Q, A> asked, Consumer<A> each) {
    long until = CurrentCall.deadlineNanos(asked.deadlineNanos());
    long millis = millisUntil(until);
    if (millis <= 0) {
      return Refused.with(Refused.late());
    }
    if (underWay >= settings.callsOutMax()) {
      return Refused.with(full());
    }
    Silence silence = silence(asked.method().effect());
    String path = asked.method().path();
    GrpcExchange<Q, A> exchange =
        new GrpcExchange<>(each, silence, cause -> failures.failed(path, cause));
    long timer = vertx.setTimer(millis, id -> late(exchange));
    RpcCall<?> outer = CurrentCall.get();
    if (outer != null) {
      outer.whenGone(() -> exchange.give(silence.lost()), exchange.ended());
    }
    begin(exchange, asked.method(), asked.onBehalfOf(), until)
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

  /**
   * Chooses an instance and opens a call there; the exchange hears of it if that fails.
   *
   * @param deadlineNanos of the call, 0 for none
   */
  private <Q extends Message, A extends Message> Future<Chosen> begin(
      GrpcExchange<Q, A> exchange,
      RpcMethod<Q, A> method,
      @Nullable Principal onBehalfOf,
      long deadlineNanos) {
    underWay++;
    exchange.closed().onComplete(done -> underWay--);
    Future<Chosen> choosing = instances.choose().onFailure(none -> exchange.close());
    return choosing
        .compose(
            chosen -> open(chosen, exchange, method, head(onBehalfOf, deadlineNanos)).map(chosen))
        .onFailure(exchange::notBegun);
  }

  /** What is written at the head of a call. */
  private Consumer<GrpcClientRequest<?, ?>> head(
      @Nullable Principal onBehalfOf, long deadlineNanos) {
    return request -> {
      CallerHeaders.write(request.headers(), target.token().get(), onBehalfOf);
      long millis = deadlineNanos == 0 ? 0 : Math.max(1, millisUntil(deadlineNanos));
      request.timeout(millis, TimeUnit.MILLISECONDS);
    };
  }

  /** A connection that is not there in time is given back when it comes. */
  private <Q extends Message, A extends Message> Future<?> open(
      Chosen chosen,
      GrpcExchange<Q, A> exchange,
      RpcMethod<Q, A> method,
      Consumer<GrpcClientRequest<?, ?>> head) {
    GrpcInstances.Interaction interaction = chosen.begin();
    Future<GrpcClientRequest<Q, A>> opening =
        client
            .request(chosen.address(), served(method))
            .onFailure(e -> exchange.close())
            .onSuccess(
                request -> {
                  head.accept(request);
                  exchange.begin(request, interaction);
                  peers.watch(
                      request.connection(),
                      exchange.closed(),
                      cause -> chosen.begin().failed(cause));
                });
    Future<GrpcClientRequest<Q, A>> opened =
        opening.isComplete()
            ? opening
            : opening.timeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    return opened.onFailure(interaction::failed);
  }

  private static <Q extends Message, A extends Message> ServiceMethod<A, Q> served(
      RpcMethod<Q, A> method) {
    return ServiceMethod.client(
        ServiceName.create(method.service()),
        method.name(),
        GrpcMessageEncoder.encoder(),
        GrpcMessageDecoder.decoder(method.answer()));
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
    if (current != null && !current.isDone(instances)) {
      return current;
    }
    if (current != null) {
      current.finish();
    }
    GrpcBatchStream<Q, A> fresh =
        new GrpcBatchStream<>(
            new GrpcBatchStream.Terms(
                vertx, ticker, settings, cause -> failures.failed(method.path(), cause)),
            number,
            silence(method.effect()));
    streams.put(method.path(), fresh);
    begin(fresh.exchange(), method, null, 0).onSuccess(fresh::begun);
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
        .transform(ended -> client.close());
  }
}
