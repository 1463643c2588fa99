package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.rpc.RpcSettings;
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
import io.vertx.grpc.client.GrpcClientBuilder;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcLocal;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Asks one service over gRPC, wherever its instances are. */
public final class GrpcCaller implements RpcCaller {

  private static final int CONNECT_MILLIS = 1_000;
  private static final int WINDOW_BYTES = 1 << 20;

  /**
   * Where a service is, and how its instances are chosen among.
   *
   * @param name of the service, for refusals
   * @param resolver what {@code address} is resolved by; null for a plain socket address
   */
  public record Target(
      String name,
      Address address,
      @Nullable AddressResolver<?> resolver,
      @Nullable LoadBalancer balancer) {}

  private final Vertx vertx;
  private final Target target;
  private final Ticker ticker;
  private final Supplier<String> token;
  private final long timeoutNanos;
  private final long streamNanos;
  private final GrpcClient client;
  private final Map<String, GrpcBatchStream<?, ?>> streams = new HashMap<>();

  /**
   * @param token of this process: it vouches for those on whose behalf it asks
   */
  public GrpcCaller(
      Vertx vertx, Target target, RpcSettings settings, Ticker ticker, Supplier<String> token) {
    this.vertx = vertx;
    this.target = target;
    this.ticker = ticker;
    this.token = token;
    this.timeoutNanos = settings.callTimeout().toNanos();
    this.streamNanos = settings.streamFor().toNanos();
    GrpcClientBuilder<GrpcClient> builder =
        GrpcClient.builder(vertx)
            .with(new GrpcClientOptions().setMaxMessageSize(settings.messageMax()))
            .with(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setHttp2ConnectionWindowSize(4 * WINDOW_BYTES)
                    .setInitialSettings(new Http2Settings().setInitialWindowSize(WINDOW_BYTES))
                    .setConnectTimeout(CONNECT_MILLIS)
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true));
    if (target.resolver() != null) {
      builder = builder.withAddressResolver(target.resolver());
    }
    if (target.balancer() != null) {
      builder = builder.withLoadBalancer(target.balancer());
    }
    client = builder.build();
  }

  @Override
  public <Q extends Message, A extends Message> Future<A> call(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf) {
    return call(method, question, onBehalfOf, ticker.nanos() + timeoutNanos);
  }

  @Override
  public <Q extends Message, A extends Message> Future<A> call(
      RpcMethod<Q, A> method, Q question, @Nullable Principal onBehalfOf, long deadlineNanos) {
    Last<A> last = new Last<>();
    return exchange(method, question, onBehalfOf, deadlineNanos, last)
        .compose(
            ended ->
                last.message == null
                    ? Future.failedFuture(lost(method.effect()))
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
    return exchange(method, question, onBehalfOf, ticker.nanos() + timeoutNanos, each);
  }

  private <Q extends Message, A extends Message> Future<Void> exchange(
      RpcMethod<Q, A> method,
      Q question,
      @Nullable Principal onBehalfOf,
      long deadlineNanos,
      Consumer<A> each) {
    long millis = left(deadlineNanos);
    if (millis <= 0) {
      return Refused.with(new Refusal.Unavailable("the deadline has passed", Refused.RETRY_AFTER));
    }
    GrpcExchange<Q, A> exchange = new GrpcExchange<>(each, lost(method.effect()));
    long timer = vertx.setTimer(millis, id -> exchange.late(away()));
    RpcCall<?> outer = CurrentCall.get();
    if (outer != null) {
      outer.whenGone(() -> exchange.fail(lost(method.effect())), exchange.ended());
    }
    begin(exchange, method, onBehalfOf, deadlineNanos).onSuccess(begun -> exchange.ask(question));
    return exchange.ended().onComplete(done -> vertx.cancelTimer(timer));
  }

  private <Q extends Message, A extends Message> Future<?> begin(
      GrpcExchange<Q, A> exchange,
      RpcMethod<Q, A> method,
      @Nullable Principal onBehalfOf,
      long deadlineNanos) {
    return request(method)
        .onSuccess(
            request -> {
              CallerHeaders.write(request.headers(), token.get(), onBehalfOf);
              long millis = deadlineNanos == 0 ? 0 : Math.max(1, left(deadlineNanos));
              request.timeout(millis, TimeUnit.MILLISECONDS);
              exchange.begin(request);
            })
        .onFailure(e -> exchange.fail(away()));
  }

  private <Q extends Message, A extends Message> Future<GrpcClientRequest<Q, A>> request(
      RpcMethod<Q, A> method) {
    ServiceMethod<A, Q> asked =
        ServiceMethod.client(
            ServiceName.create(method.service()),
            method.name(),
            GrpcMessageEncoder.encoder(),
            GrpcMessageDecoder.decoder(method.answer()));
    try {
      return client.request(target.address(), asked);
    } catch (RuntimeException e) {
      // The client throws when the deadline of the call around it has passed.
      return Future.failedFuture(e);
    }
  }

  @Override
  public <Q extends Message, A extends Message> Future<A> batch(
      RpcMethod<Q, A> method,
      LongFunction<Q> question,
      ToLongFunction<A> number,
      long deadlineNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - ticker.nanos());
    if (millis <= 0) {
      return Refused.with(new Refusal.Unavailable("the deadline has passed", Refused.RETRY_AFTER));
    }
    return stream(method, number)
        .ask(question)
        .timeout(millis, TimeUnit.MILLISECONDS)
        .recover(
            e -> Future.failedFuture(e instanceof RefusedException ? e : lost(method.effect())));
  }

  /** The stream of a method; after some time a new one, which may find another instance. */
  @SuppressWarnings("unchecked")
  private <Q extends Message, A extends Message> GrpcBatchStream<Q, A> stream(
      RpcMethod<Q, A> method, ToLongFunction<A> number) {
    GrpcBatchStream<Q, A> current = (GrpcBatchStream<Q, A>) streams.get(method.path());
    long now = ticker.nanos();
    if (current != null && current.isOpen() && now - current.openedNanos() < streamNanos) {
      return current;
    }
    if (current != null) {
      current.finish();
    }
    GrpcBatchStream<Q, A> fresh = new GrpcBatchStream<>(number, away(), lost(method.effect()), now);
    streams.put(method.path(), fresh);
    begin(fresh.exchange(), method, null, 0).onSuccess(begun -> fresh.begun());
    return fresh;
  }

  /** Milliseconds until the deadline, or until that of the call this one is made for. */
  private long left(long deadlineNanos) {
    long own = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - ticker.nanos());
    GrpcLocal outer = GrpcLocal.current();
    return outer == null
        ? own
        : Math.min(own, outer.deadline().toEpochMilli() - System.currentTimeMillis());
  }

  /** Nothing was sent. */
  private RefusedException away() {
    return new RefusedException(
        new Refusal.Unavailable("the service " + target.name() + " is away", Refused.RETRY_AFTER));
  }

  /** Something was sent, and no answer was seen. */
  private RefusedException lost(Effect effect) {
    return effect == Effect.READ
        ? away()
        : new RefusedException(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER));
  }

  @Override
  public Future<Void> close() {
    streams.values().forEach(GrpcBatchStream::finish);
    return client.close();
  }
}
