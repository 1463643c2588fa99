package io.pigpig.rpc;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pigpig.rpc.bus.BusCaller;
import io.pigpig.rpc.bus.BusEndpoint;
import io.pigpig.rpc.grpc.GrpcCaller;
import io.pigpig.rpc.grpc.GrpcCaller.Target;
import io.pigpig.rpc.grpc.GrpcEndpoint;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.settings.SettingsReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A service on one event loop, and its callers on another, over every carrier that has a wire or a
 * bus between them. Calls from a test's thread run on the callers' loop and are waited for.
 *
 * <p>The tokens are {@code operator}, and {@code customer-NAME} for a customer.
 */
public final class TestCarriers {

  private static final long WAIT_SECONDS = 60;

  private final Context server;
  private final Context client;
  private final GrpcEndpoint grpc;
  private final BusEndpoint bus;
  private final RpcCaller byGrpc;
  private final RpcCaller byBus;
  private final RpcSettings settings;
  private final int port;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private volatile boolean ready = true;

  /**
   * @param server the loop that {@code service} is bound to
   */
  public TestCarriers(
      Vertx vertx, Context server, Map<String, String> values, Supplier<RpcService> service)
      throws Exception {
    this.server = server;
    Map<String, String> all = new HashMap<>(Map.of("port", "0"));
    all.putAll(values);
    settings = SettingsReader.read(RpcSettings.class, all);
    BusEndpoint.prepare(vertx);
    client = freshLoop(vertx);
    RpcService served = on(server, () -> Future.succeededFuture(service.get()));
    grpc =
        new GrpcEndpoint(
                new GrpcEndpoint.Surroundings(vertx, Ticker.system(), registry),
                settings,
                TestCarriers::verify,
                () -> Future.succeededFuture(ready))
            .add(served);
    bus = new BusEndpoint(vertx, settings, Ticker.system());
    port = on(server, grpc::open);
    on(server, () -> Future.succeededFuture(bus.add(served)));
    byGrpc = on(client, () -> Future.succeededFuture(callerTo(vertx, port)));
    byBus = on(client, () -> Future.succeededFuture(busCaller(vertx, BusCaller.PROCESS)));
  }

  private RpcCaller callerTo(Vertx vertx, int where) {
    return new GrpcCaller(
        vertx, target("test", where, () -> "operator"), settings, Ticker.system());
  }

  /** One instance on this machine. */
  public static Target target(String name, int port, Supplier<String> token) {
    return new Target(name, SocketAddress.inetSocketAddress(port, "127.0.0.1"), null, null, token);
  }

  /** A caller over the bus; called on the callers' loop. */
  public RpcCaller busCaller(Vertx vertx, Principal self) {
    return new BusCaller(vertx, new BusCaller.Target("test", self), settings, Ticker.system());
  }

  private static Future<Principal> verify(String token) {
    if (token.equals("operator")) {
      return Future.succeededFuture(new Principal("ops", Role.OPERATOR, Membership.NONE));
    }
    if (token.startsWith("customer-")) {
      return Future.succeededFuture(
          new Principal(token.substring(9), Role.CUSTOMER, Membership.NONE));
    }
    return Refused.with(new Refusal.Unauthenticated("the token is not one of a test"));
  }

  private static Context freshLoop(Vertx vertx) throws Exception {
    Promise<Context> loop = Promise.promise();
    vertx.deployVerticle(
        new VerticleBase() {
          @Override
          public Future<?> start() {
            loop.complete(context);
            return Future.succeededFuture();
          }
        });
    return loop.future().await(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  public RpcSettings settings() {
    return settings;
  }

  /** Where gRPC is served. */
  public int port() {
    return port;
  }

  /** What the health service finds from now on. */
  public void ready(boolean whether) {
    ready = whether;
  }

  /** Drains the server from now on. */
  public Future<Void> beginDrain(Duration patience) {
    return start(server, () -> grpc.drain(patience));
  }

  public BusEndpoint bus() {
    return bus;
  }

  /** Runs {@code work} on the server's loop and waits for what it answers. */
  public <T> T serve(Callable<Future<T>> work) throws Exception {
    return on(server, work);
  }

  /** What the server counts. */
  public MeterRegistry registry() {
    return registry;
  }

  public GrpcEndpoint grpc() {
    return grpc;
  }

  public RpcCaller byGrpc() {
    return byGrpc;
  }

  public RpcCaller byBus() {
    return byBus;
  }

  /** The loop of the callers. */
  public Context client() {
    return client;
  }

  /** Runs {@code work} on the callers' loop and waits for what it answers. */
  public <T> T call(Callable<Future<T>> work) throws Exception {
    return on(client, work);
  }

  /** Begins {@code work} on the callers' loop. */
  public <T> Future<T> begin(Callable<Future<T>> work) {
    return start(client, work);
  }

  private static <T> T on(Context context, Callable<Future<T>> work) throws Exception {
    return start(context, work).await(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private static <T> Future<T> start(Context context, Callable<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        nothing -> {
          try {
            work.call().onComplete(promise);
          } catch (Exception e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }

  public void close() throws Exception {
    on(client, byGrpc::close);
    on(server, () -> grpc.drain(Duration.ofSeconds(1)));
    on(server, () -> bus.drain(Duration.ofSeconds(1)));
  }
}
