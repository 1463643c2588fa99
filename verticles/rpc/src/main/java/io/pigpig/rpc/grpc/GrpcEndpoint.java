package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.micrometer.core.instrument.MeterRegistry;
import io.pigpig.rpc.CurrentCall;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Binding;
import io.pigpig.rpc.RpcService.Shape;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.ServiceBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

  private static final int HEADER_BYTES = 8 * 1024;
  private static final int WINDOW_BYTES = 1 << 20;
  private static final long LAST_WRITES_SECONDS = 1;

  /** Calls of health and reflection that there is room for when the others have none. */
  private static final int OWN_CALLS = 64;

  /** In place of the name of a compression that a caller has not given. */
  private static final String UNNAMED = "unnamed";

  /** Knows callers by their tokens. */
  @FunctionalInterface
  public interface Callers {
    /** Fails with a RefusedException of Unauthenticated if the token does not hold. */
    Future<Principal> verify(String token);
  }

  /** Knows whether the process can do its work now. */
  @FunctionalInterface
  public interface Readiness {
    Future<Boolean> ready();
  }

  /** Time, timers and metrics of this loop. */
  public record Surroundings(Vertx vertx, Ticker ticker, MeterRegistry registry) {}

  private final Vertx vertx;
  private final RpcSettings settings;
  private final GrpcCall.Terms terms;
  private final GrpcAdmission admission;
  private final GrpcConnections connections;
  private final GrpcHealth health;
  private final GrpcServer grpc;
  private final List<RpcService> services = new ArrayList<>();
  private final Set<GrpcCall<?, ?>> calls = new HashSet<>();
  private @Nullable Promise<Void> idle;
  private @Nullable HttpServer http;

  /**
   * @param readiness what the health service says of the process and of every service
   */
  public GrpcEndpoint(
      Surroundings around, RpcSettings settings, Callers callers, Readiness readiness) {
    this.vertx = around.vertx();
    this.settings = settings;
    GrpcMetrics metrics = new GrpcMetrics(around.registry());
    terms = new GrpcCall.Terms(vertx, around.ticker(), settings, metrics);
    admission = new GrpcAdmission(callers, terms);
    connections = new GrpcConnections(vertx, settings, metrics);
    health = new GrpcHealth(terms, readiness);
    grpc =
        GrpcServer.server(
            vertx,
            new GrpcServerOptions()
                .removeEnabledProtocol(GrpcProtocol.WEB)
                .removeEnabledProtocol(GrpcProtocol.WEB_TEXT)
                .removeEnabledProtocol(GrpcProtocol.TRANSCODING)
                .setMaxMessageSize(settings.messageMax()));
  }

  /** Serves {@code service} too; before {@link #open}. */
  public GrpcEndpoint add(RpcService service) {
    services.add(service);
    health.add(service.descriptor().getFullName());
    serve(service, this::handle);
    return this;
  }

  /** What is done with a call of a service. */
  private interface Way {
    <Q extends Message, A extends Message> void handle(GrpcCall<Q, A> call, Binding<Q, A> binding);
  }

  private void serve(RpcService service, Way way) {
    ServiceBuilder builder =
        Service.service(
            ServiceName.create(service.descriptor().getFullName()), service.descriptor());
    for (Binding<?, ?> binding : service.bindings()) {
      bind(builder, binding, way);
    }
    grpc.addService(builder.build());
  }

  /** The bytes are read by us, because what cannot be read has an answer of its own. */
  private <Q extends Message, A extends Message> void bind(
      ServiceBuilder builder, Binding<Q, A> binding, Way way) {
    ServiceMethod<Buffer, A> served =
        ServiceMethod.server(
            ServiceName.create(binding.method().service()),
            binding.method().name(),
            GrpcMessageEncoder.encoder(),
            GrpcMessageDecoder.IDENTITY);
    builder.bind(
        served, request -> way.handle(new GrpcCall<>(request, binding.method(), terms), binding));
  }

  /** Listens; answers the port. */
  public Future<Integer> open() {
    RpcService own = health.service();
    serve(own, this::handleOwn);
    List<RpcService> reflected = new ArrayList<>(services);
    reflected.add(own);
    serve(GrpcReflection.of(reflected), this::handleOwn);
    HttpServer fresh =
        vertx
            .createHttpServer(options())
            .connectionHandler(connections::opened)
            .requestHandler(this::arrived);
    http = fresh;
    connections.open();
    return fresh
        .listen(settings.port() == 0 ? ANY_PORT_SHARED : settings.port(), settings.host())
        .map(HttpServer::actualPort);
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHttp2ClearTextEnabled(true)
        .setHttp2ConnectionWindowSize(4 * WINDOW_BYTES)
        .setHttp2RstFloodMaxRstFramePerWindow(settings.resetsMax())
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(settings.streamsMax())
                .setInitialWindowSize(WINDOW_BYTES)
                .setMaxHeaderListSize(HEADER_BYTES))
        .setIdleTimeout((int) settings.idleTimeout().toSeconds())
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setReuseAddress(true)
        .setReusePort(settings.portShared());
  }

  /**
   * Mends two things the library does with compression: it breaks off at a compressed message whose
   * compression has no name, and says that it takes gzip.
   */
  private void arrived(HttpServerRequest request) {
    if (!request.headers().contains(GrpcHeaderNames.GRPC_ENCODING)) {
      request.headers().set(GrpcHeaderNames.GRPC_ENCODING, UNNAMED);
    }
    request
        .response()
        .headersEndHandler(
            nothing ->
                request
                    .response()
                    .headers()
                    .set(GrpcHeaderNames.GRPC_ACCEPT_ENCODING, GrpcCall.IDENTITY));
    grpc.handle(request);
  }

  private <Q extends Message, A extends Message> void handle(
      GrpcCall<Q, A> call, Binding<Q, A> binding) {
    if (idle != null) {
      call.refuse(Refused.draining());
    } else {
      handle(call, binding, settings.callsMax());
    }
  }

  /** Health is asked of a process that drains, and of one that has no room. */
  private <Q extends Message, A extends Message> void handleOwn(
      GrpcCall<Q, A> call, Binding<Q, A> binding) {
    handle(call, binding, settings.callsMax() + OWN_CALLS);
  }

  private <Q extends Message, A extends Message> void handle(
      GrpcCall<Q, A> call, Binding<Q, A> binding, int most) {
    String encoding = call.request().encoding();
    if (calls.size() >= most) {
      call.refuse(new Refusal.Overloaded("the gRPC server", Refused.RETRY_AFTER));
    } else if (!encoding.equals(UNNAMED) && !encoding.equals(GrpcCall.IDENTITY)) {
      call.refuse(GrpcCall.compressed());
    } else {
      calls.add(call);
      connections.began(call);
      CurrentCall.set(vertx.getOrCreateContext(), call);
      call.onOver(() -> over(call));
      admission.admit(call, binding, () -> begin(binding, call));
    }
  }

  private void over(GrpcCall<?, ?> call) {
    calls.remove(call);
    if (idle != null && calls.isEmpty()) {
      idle.tryComplete();
    }
  }

  private <Q extends Message, A extends Message> void begin(
      Binding<Q, A> binding, GrpcCall<Q, A> call) {
    if (call.isOver()) {
      return;
    }
    if (idle != null) {
      call.drainNow();
    }
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
    health.drain();
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
      return done.eventually(() -> stopped).onComplete(stops -> connections.close());
    }
    return done.eventually(() -> current.shutdown(LAST_WRITES_SECONDS, TimeUnit.SECONDS))
        .onComplete(stops -> connections.close());
  }

  /** Calls that are under way. */
  public int underWay() {
    return calls.size();
  }
}
