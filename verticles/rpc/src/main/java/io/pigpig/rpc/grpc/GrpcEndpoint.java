package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.micrometer.core.instrument.MeterRegistry;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.rpc.RpcService.Binding;
import io.pigpig.rpc.RpcService.Shape;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.HealthService;
import io.vertx.grpc.reflection.ReflectionService;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's gRPC server: the services it is given, health and reflection. It admits a call,
 * finds out who asks, gives it a deadline, and sees to it that it ends. Owned by that loop.
 */
public final class GrpcEndpoint {

  /**
   * How Vert.x is asked for a free port that servers of the same number share; the HTTP edge of the
   * same process has another number.
   */
  private static final int ANY_PORT_SHARED = -2;

  private static final int STREAMS_A_CONNECTION = 1024;
  private static final int HEADER_BYTES = 8 * 1024;
  private static final int WINDOW_BYTES = 1 << 20;
  private static final long LAST_WRITES_SECONDS = 1;

  /** Deadlines reset streams: many in a short time are a slow server, not an attack. */
  private static final int RESETS_MAX = 10_000;

  /** Who asks without a token what anybody may ask. */
  private static final Principal NOBODY =
      new Principal("nobody", Role.CUSTOMER, Principal.Membership.NONE);

  /** Knows callers by their tokens. */
  @FunctionalInterface
  public interface Callers {
    /** Fails with a RefusedException of Unauthenticated if the token does not hold. */
    Future<Principal> verify(String token);
  }

  private final Vertx vertx;
  private final RpcSettings settings;
  private final Callers callers;
  private final Ticker ticker;
  private final GrpcMetrics metrics;
  private final GrpcServer grpc;
  private final HealthService health;
  private final BooleanSupplier ready;
  private final Set<GrpcCall<?, ?>> calls = new HashSet<>();
  private @Nullable Promise<Void> idle;
  private @Nullable HttpServer http;

  /**
   * @param ready what the health service says of every service
   */
  public GrpcEndpoint(
      Vertx vertx,
      RpcSettings settings,
      Callers callers,
      Ticker ticker,
      MeterRegistry registry,
      BooleanSupplier ready) {
    this.vertx = vertx;
    this.settings = settings;
    this.callers = callers;
    this.ticker = ticker;
    this.metrics = new GrpcMetrics(registry);
    this.ready = ready;
    grpc =
        GrpcServer.server(
            vertx,
            new GrpcServerOptions()
                .removeEnabledProtocol(GrpcProtocol.WEB)
                .removeEnabledProtocol(GrpcProtocol.WEB_TEXT)
                .removeEnabledProtocol(GrpcProtocol.TRANSCODING)
                .setDeadlinePropagation(true)
                .setMaxMessageSize(settings.messageMax()));
    health = HealthService.create(vertx);
    grpc.addService(health);
    grpc.addService(ReflectionService.v1());
  }

  /** Serves {@code service} too; before {@link #open}. */
  public GrpcEndpoint add(RpcService service) {
    String name = service.descriptor().getFullName();
    ServiceBuilder builder = Service.service(ServiceName.create(name), service.descriptor());
    for (Binding<?, ?> binding : service.bindings()) {
      bind(builder, binding);
    }
    grpc.addService(builder.build());
    health.register(name, () -> Future.succeededFuture(idle == null && ready.getAsBoolean()));
    return this;
  }

  /** The bytes are read by us, because what cannot be read has an answer of its own. */
  private <Q extends Message, A extends Message> void bind(
      ServiceBuilder builder, Binding<Q, A> binding) {
    ServiceMethod<Buffer, A> served =
        ServiceMethod.server(
            ServiceName.create(binding.method().service()),
            binding.method().name(),
            GrpcMessageEncoder.encoder(),
            GrpcMessageDecoder.IDENTITY);
    builder.bind(served, request -> handle(request, binding));
  }

  /** Listens; answers the port. */
  public Future<Integer> open() {
    HttpServer fresh =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHttp2ClearTextEnabled(true)
                    .setHttp2ConnectionWindowSize(4 * WINDOW_BYTES)
                    .setHttp2RstFloodMaxRstFramePerWindow(RESETS_MAX)
                    .setInitialSettings(
                        new Http2Settings()
                            .setMaxConcurrentStreams(STREAMS_A_CONNECTION)
                            .setInitialWindowSize(WINDOW_BYTES)
                            .setMaxHeaderListSize(HEADER_BYTES))
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true)
                    .setReuseAddress(true)
                    .setReusePort(settings.portShared()))
            .requestHandler(grpc);
    http = fresh;
    return fresh
        .listen(settings.port() == 0 ? ANY_PORT_SHARED : settings.port(), settings.host())
        .map(HttpServer::actualPort);
  }

  private <Q extends Message, A extends Message> void handle(
      GrpcServerRequest<Buffer, A> request, Binding<Q, A> binding) {
    GrpcCall<Q, A> call =
        new GrpcCall<>(request, binding.method(), settings.messageMax(), metrics, ticker);
    String encoding = request.encoding();
    if (idle != null) {
      call.refuse(new Refusal.Unavailable("this process is draining", Refused.RETRY_AFTER));
    } else if (calls.size() >= settings.callsMax()) {
      call.refuse(new Refusal.Overloaded("the gRPC server", Refused.RETRY_AFTER));
    } else if (encoding != null && !encoding.equals("identity")) {
      // A few bytes of gzip can be a gigabyte of message.
      call.refuse(new Refusal.UnsupportedMediaType("messages that are not compressed"));
    } else {
      calls.add(call);
      CurrentCall.set(vertx.getOrCreateContext(), call);
      call.onOver(() -> over(call));
      bound(request, binding.shape(), call);
      authorise(request, binding, call);
    }
  }

  private void over(GrpcCall<?, ?> call) {
    calls.remove(call);
    if (idle != null && calls.isEmpty()) {
      idle.tryComplete();
    }
  }

  private void bound(GrpcServerRequest<?, ?> request, Shape shape, GrpcCall<?, ?> call) {
    boolean named = request.headers().contains(GrpcHeaderNames.GRPC_TIMEOUT);
    if (!named && shape != Shape.BOUNDED) {
      return;
    }
    // Less than a millisecond is read as none.
    long millis = named ? Math.max(1, request.timeout()) : settings.callTimeout().toMillis();
    if (shape == Shape.BOUNDED) {
      millis = Math.min(millis, settings.callTimeoutMax().toMillis());
    }
    call.until(ticker.nanos() + TimeUnit.MILLISECONDS.toNanos(millis));
    long timer = vertx.setTimer(millis, id -> call.late());
    call.onOver(() -> vertx.cancelTimer(timer));
  }

  private <Q extends Message, A extends Message> void authorise(
      GrpcServerRequest<Buffer, A> request, Binding<Q, A> binding, GrpcCall<Q, A> call) {
    String token = CallerHeaders.token(request.headers());
    if (token == null && binding.access() == Access.ANYBODY) {
      begin(binding, call, NOBODY);
      return;
    }
    if (token == null) {
      call.refuse(new Refusal.Unauthenticated("this needs metadata authorization: Bearer <token>"));
      return;
    }
    Future<Principal> verified = callers.verify(token);
    if (verified.succeeded()) {
      allow(request.headers(), binding, call, verified.result());
      return;
    }
    call.pause();
    verified
        .onSuccess(
            caller -> {
              allow(request.headers(), binding, call, caller);
              call.resume();
            })
        .onFailure(call::fail);
  }

  private <Q extends Message, A extends Message> void allow(
      MultiMap headers, Binding<Q, A> binding, GrpcCall<Q, A> call, Principal caller) {
    if (binding.access() == Access.OPERATOR && !caller.isOperator()) {
      call.refuse(new Refusal.Forbidden("this is not for the role " + caller.role().name()));
      return;
    }
    Principal who;
    try {
      who = CallerHeaders.onBehalfOf(headers, caller);
    } catch (RuntimeException e) {
      call.fail(e);
      return;
    }
    begin(binding, call, who);
  }

  private <Q extends Message, A extends Message> void begin(
      Binding<Q, A> binding, GrpcCall<Q, A> call, Principal who) {
    if (call.isOver()) {
      return;
    }
    call.admit(who);
    if (binding.shape() == Shape.BATCHES) {
      new GrpcBatches<>(call, binding, settings.batchesInFlight()).begin();
    } else {
      call.readOne(question -> binding.work().accept(call, question));
    }
  }

  /**
   * Takes no new call, waits until those under way have ended or patience ends, and stops
   * listening. Fails when patience ended first.
   */
  public Future<Void> drain(Duration patience) {
    Promise<Void> drained = Promise.promise();
    idle = drained;
    HttpServer current = http;
    if (current == null) {
      return Future.succeededFuture();
    }
    List.copyOf(calls).forEach(GrpcCall::drainNow);
    if (calls.isEmpty()) {
      drained.tryComplete();
    }
    Future<Void> done =
        drained
            .future()
            .timeout(patience.toMillis() + 1, TimeUnit.MILLISECONDS)
            .recover(
                late ->
                    Future.failedFuture(
                        calls.size() + " calls had no end in " + patience.toMillis() + " ms"));
    if (settings.portShared()) {
      // At once, or a new connection would come here instead of to a process that serves.
      Future<Void> stopped = current.shutdown(patience.toMillis() + 1, TimeUnit.MILLISECONDS);
      return done.eventually(() -> stopped);
    }
    return done.eventually(() -> current.shutdown(LAST_WRITES_SECONDS, TimeUnit.SECONDS));
  }

  /** Calls that are under way. */
  public int underWay() {
    return calls.size();
  }
}
