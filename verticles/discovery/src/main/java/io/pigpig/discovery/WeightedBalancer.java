package io.pigpig.discovery;

import io.pigpig.runtime.Ticker;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.net.endpoint.InteractionMetrics;
import io.vertx.core.net.endpoint.LoadBalancer;
import io.vertx.core.net.endpoint.ServerEndpoint;
import io.vertx.core.net.endpoint.ServerSelector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chooses by weight among the instances of one service that answer. After a row of failures, or at
 * once when it was silent (a {@link TimeoutException}), an instance is left out for a while, longer
 * each time it fails again; a single answer clears it. When more than half would be left out the
 * failures are taken to be the caller's own, and all are chosen from. After Envoy's outlier
 * detection and panic threshold. An instance keeps its health when the list of instances changes.
 * Safe from any thread.
 *
 * <p>A failure is what the transport reports: no connection, a reset, a connection that is cut
 * before the answer. An answer that says no is an answer. A request that its caller gives up is
 * none, unless it had waited for {@link BalancerSettings#silentAfter}. How that is told apart holds
 * for HTTP/2: see {@link Interactions#reportFailure}.
 */
public final class WeightedBalancer implements LoadBalancer {

  /** An instance is another one once it is elsewhere; its weight may change. */
  private record Place(String id, String host, int port) {

    static Place of(ServerEndpoint server) {
      Instance instance = (Instance) server.unwrap();
      return new Place(instance.id(), instance.host(), instance.port());
    }
  }

  private final BalancerSettings settings;
  private final Ticker ticker;
  private final RandomGenerator random;
  private final Map<Place, InstanceHealth> known = new ConcurrentHashMap<>();

  /**
   * @param random asked under a lock, so any will do
   */
  public WeightedBalancer(BalancerSettings settings, Ticker ticker, RandomGenerator random) {
    this.settings = settings;
    this.ticker = ticker;
    this.random = random;
  }

  @Override
  public InteractionMetrics<?> newMetrics() {
    return new Interactions();
  }

  @Override
  public ServerSelector selector(List<? extends ServerEndpoint> servers) {
    forgetAllBut(servers.stream().map(Place::of).collect(Collectors.toSet()));
    for (ServerEndpoint server : servers) {
      ((Interactions) server.metrics()).health =
          known.computeIfAbsent(Place.of(server), place -> new InstanceHealth(settings, ticker));
    }
    return () -> select(servers);
  }

  /** One that is left out stays known until then, in case that it comes back. */
  private void forgetAllBut(Set<Place> listed) {
    long now = ticker.nanos();
    known
        .entrySet()
        .removeIf(each -> !listed.contains(each.getKey()) && !each.getValue().isLeftOut(now));
  }

  private int select(List<? extends ServerEndpoint> servers) {
    int[] shares = shares(servers);
    int total = Arrays.stream(shares).sum();
    if (total == 0) {
      return -1;
    }
    int left = chance(total);
    int chosen = 0;
    while (left >= shares[chosen]) {
      left -= shares[chosen];
      chosen++;
    }
    return chosen;
  }

  /** What each takes of the requests, relative to the others: nothing, if it is left out. */
  private int[] shares(List<? extends ServerEndpoint> servers) {
    long now = ticker.nanos();
    int[] shares = new int[servers.size()];
    int out = 0;
    for (int i = 0; i < shares.length; i++) {
      boolean isLeftOut = interactions(servers.get(i)).isLeftOut(now);
      shares[i] = isLeftOut ? 0 : 1;
      out += isLeftOut ? 1 : 0;
    }
    if (out * 2 > shares.length) {
      Arrays.fill(shares, 1);
    }
    return weighted(shares, servers);
  }

  /** Evenly when all that may be chosen weigh nothing. */
  private static int[] weighted(int[] shares, List<? extends ServerEndpoint> servers) {
    int[] weighted = new int[shares.length];
    int total = 0;
    for (int i = 0; i < shares.length; i++) {
      weighted[i] = shares[i] * ((Instance) servers.get(i).unwrap()).weight();
      total += weighted[i];
    }
    return total == 0 ? shares : weighted;
  }

  private int chance(int bound) {
    synchronized (random) {
      return random.nextInt(bound);
    }
  }

  private static Interactions interactions(ServerEndpoint server) {
    return (Interactions) server.metrics();
  }

  /** One request; both ends of it may be reported, and only the first counts. */
  private static final class Request {

    private final long begunNanos;
    private boolean over;
    private boolean closed;

    Request(long begunNanos) {
      this.begunNanos = begunNanos;
    }
  }

  /** What is told of the requests to an instance, for as long as a list of instances holds. */
  private final class Interactions implements InteractionMetrics<Request> {

    /** Given before the list is chosen from. */
    private volatile @Nullable InstanceHealth health;

    boolean isLeftOut(long nowNanos) {
      InstanceHealth its = health;
      return its != null && its.isLeftOut(nowNanos);
    }

    @Override
    public Request initiateRequest() {
      return new Request(ticker.nanos());
    }

    /**
     * Vert.x does not say who ended a stream of HTTP/2. Of one that the caller has reset it tells
     * once, and only, that it was closed; of one that was cut it tells that twice, and what the
     * instance has reset is another exception.
     */
    @Override
    public void reportFailure(Request request, Throwable failure) {
      InstanceHealth its = health;
      if (request.over || its == null) {
        return;
      }
      boolean isFirstWord = !request.closed;
      request.closed = true;
      if (isFirstWord && isPlainClose(failure) && !wasSilent(request)) {
        return;
      }
      request.over = true;
      if (failure instanceof TimeoutException) {
        its.leaveOut();
      } else {
        its.failed();
      }
    }

    private boolean wasSilent(Request request) {
      return ticker.nanos() - request.begunNanos >= settings.silentAfter().toNanos();
    }

    @Override
    public void reportResponseBegin(Request request) {
      InstanceHealth its = health;
      request.over = true;
      if (its != null) {
        its.answered();
      }
    }
  }

  private static boolean isPlainClose(Throwable failure) {
    return failure instanceof HttpClosedException closed
        && closed.goAway() == null
        && "Stream was closed".equals(closed.getMessage());
  }
}
