package io.pigpig.edge.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.edge.auth.TokenVerifier;
import io.pigpig.order.PeerHint;
import io.pigpig.runtime.RateLimiter;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.peer.CallbackSignature;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One event loop's HTTP edge, put together. Not thread-safe. */
public final class Edge {

  /** Time, chance and metrics of this loop. */
  public record Surroundings(
      Ticker ticker,
      InstantSource clock,
      RandomGenerator random,
      MeterRegistry registry,
      AtomicInteger activeRequests) {}

  /**
   * Who is let in.
   *
   * @param issuer of development tokens, or null where there is none
   * @param peers whose callbacks are believed, and how
   */
  public record Guard(
      TokenVerifier tokens,
      @Nullable DevelopmentIssuer issuer,
      Map<PeerHint.Peer, Believed> peers) {}

  /**
   * How a peer's callbacks are believed.
   *
   * @param tolerance how far the moment that was signed may be from ours
   */
  public record Believed(CallbackSignature signature, Duration tolerance) {}

  /** Where a peer sends its callbacks, before the peer's name. */
  public static final String CALLBACKS = "/api/v1/callbacks/";

  private final Vertx vertx;
  private final ServerSettings settings;
  private final EventRoutes events;
  private final EdgeServer server;
  private long timer;

  public Edge(
      Vertx vertx,
      ServerSettings settings,
      EdgeServices services,
      Guard guard,
      Surroundings around) {
    this.vertx = vertx;
    this.settings = settings;
    EdgeMetrics metrics = new EdgeMetrics(around.registry(), around.activeRequests());
    this.events = new EventRoutes(services, settings, around.ticker(), metrics);
    RouteTable routes = routes(services, settings, guard, around, events);
    EdgeHandler.Parts parts =
        new EdgeHandler.Parts(
            routes,
            guard.tokens(),
            new RateLimiter(
                around.ticker(),
                settings.callerRate(),
                settings.callerBurst(),
                settings.callersMax()),
            new ConnectionWatch(around.ticker(), settings, metrics),
            new BodyWatch(around.ticker(), settings.bodyTimeout()),
            new TraceIds(around.random()),
            metrics,
            around.ticker());
    this.server = new EdgeServer(vertx, settings, new EdgeHandler(parts));
  }

  /** Every operation of the edge. */
  static RouteTable routes(
      EdgeServices services,
      ServerSettings settings,
      Guard guard,
      Surroundings around,
      EventRoutes events) {
    List<Route> routes = new ArrayList<>();
    routes.addAll(new OrderRoutes(services, settings, around.ticker()).routes());
    routes.addAll(events.routes());
    routes.addAll(new StockRoutes(services).routes());
    routes.addAll(new CatalogRoutes(services, around.clock()).routes());
    routes.addAll(new DesignRoutes(services).routes());
    routes.addAll(new AdminRoutes(services).routes());
    routes.addAll(new CallbackRoutes(services.hints(), guard.peers(), around.clock()).routes());
    routes.addAll(new PageRoutes().routes());
    DevelopmentIssuer issuer = guard.issuer();
    if (issuer != null) {
      routes.addAll(new TokenRoutes(issuer).routes());
    }
    return new RouteTable(routes);
  }

  /** Listens; answers the port. */
  public Future<Integer> open() {
    timer = vertx.setPeriodic(settings.streamPoll().toMillis(), id -> events.sweep());
    return server.listen();
  }

  /** Serves on, but asks every client for another connection. */
  public void leave() {
    server.leave();
  }

  /** Takes no new request, answers those that are under way, and stops listening. */
  public Future<Void> drain(Duration patience) {
    vertx.cancelTimer(timer);
    events.close();
    return server.drain(patience);
  }
}
