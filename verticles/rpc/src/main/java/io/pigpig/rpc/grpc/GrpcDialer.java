package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.grpc.GrpcCaller.Target;
import io.pigpig.rpc.grpc.GrpcInstances.Chosen;
import io.pigpig.rpc.grpc.GrpcInstances.Interaction;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens calls at the instances of a service, and counts those that are under way: a connection has
 * only so many streams, and the client would let one more wait without a bound. Owned by one event
 * loop.
 */
final class GrpcDialer {

  /** What a stream may have on the way: what the server has too, which needs no setting. */
  private static final int WINDOW_BYTES = 1 << 20;

  private final Target target;
  private final RpcSettings settings;
  private final Ticker ticker;
  private final GrpcInstances instances;
  private final PeerWatch peers;
  private final GrpcClient client;
  private int underWay;

  GrpcDialer(Vertx vertx, Target target, RpcSettings settings, Ticker ticker) {
    this.target = target;
    this.settings = settings;
    this.ticker = ticker;
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

  GrpcInstances instances() {
    return instances;
  }

  boolean isFull() {
    return underWay >= settings.callsOutMax();
  }

  /**
   * Chooses an instance and opens a call there; the exchange hears of it if that fails.
   *
   * @param deadlineNanos of the call, 0 for none
   */
  <Q extends Message, A extends Message> Future<Chosen> begin(
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
      long millis =
          deadlineNanos == 0
              ? 0
              : Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - ticker.nanos()));
      request.timeout(millis, TimeUnit.MILLISECONDS);
    };
  }

  /** A connection that is not there in time is given back when it comes. */
  private <Q extends Message, A extends Message> Future<?> open(
      Chosen chosen,
      GrpcExchange<Q, A> exchange,
      RpcMethod<Q, A> method,
      Consumer<GrpcClientRequest<?, ?>> head) {
    Interaction interaction = chosen.begin();
    Future<GrpcClientRequest<Q, A>> opening =
        client
            .request(chosen.address(), served(method))
            .onFailure(e -> exchange.close())
            .onSuccess(
                request -> {
                  head.accept(request);
                  exchange.begin(request, interaction);
                  exchange.heardBy(
                      peers.watch(
                          request.connection(),
                          exchange.closed(),
                          cause -> chosen.begin().failed(cause)));
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

  Future<Void> close() {
    return client.close();
  }
}
