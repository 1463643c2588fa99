package io.pigpig.discovery.etcd;

import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.pigpig.discovery.Instance;
import io.pigpig.discovery.Instances;
import io.pigpig.discovery.Service;
import io.pigpig.runtime.Backoff;
import io.pigpig.runtime.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.client.GrpcClientRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances that etcd knows: read whole at the start and from time to time, watched in between.
 * While etcd is away the last known ones stay; when it is back, those that are missing stay a
 * little longer, because their leases may have ended with nobody there to keep them.
 *
 * <p>Owned by one event loop, but for {@link #of}.
 */
public final class EtcdInstances implements Instances {

  private static final Logger log = LoggerFactory.getLogger(EtcdInstances.class);
  private static final Duration RETRY_MIN = Duration.ofMillis(50);
  private static final Duration RETRY_MAX = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final EtcdSettings settings;
  private final EtcdLink etcd;
  private final Ticker ticker;
  private final Backoff backoff;
  private final Map<String, InstanceText.Found> byKey = new TreeMap<>();
  private volatile Map<Service, List<Instance>> published = Map.of();
  private @Nullable GrpcClientRequest<WatchRequest, WatchResponse> watch;
  private boolean watching;
  private long connection;
  private long seenRevision;
  private boolean away;
  private long keepMissingUntilNanos;
  private boolean closed;

  public EtcdInstances(Vertx vertx, EtcdSettings settings, Ticker ticker, RandomGenerator random) {
    this.vertx = vertx;
    this.settings = settings;
    this.etcd = new EtcdLink(vertx, settings);
    this.ticker = ticker;
    this.keepMissingUntilNanos = ticker.nanos();
    this.backoff = new Backoff(RETRY_MIN, RETRY_MAX, random);
  }

  @Override
  public List<Instance> of(Service service) {
    return published.getOrDefault(service, List.of());
  }

  /** Begins; completes with the first reading, and fails with it, but goes on trying then. */
  public Future<Void> open() {
    return read();
  }

  /** Reads everything, watches what comes after, and comes back. */
  private Future<Void> read() {
    long mine = connection;
    return etcd.range(settings.prefix())
        .onSuccess(
            found -> {
              if (mine == connection && !closed) {
                backoff.reset();
                take(found);
                vertx.setTimer(settings.readEvery().toMillis(), id -> readAgain(mine));
              }
            })
        .onFailure(e -> lost(mine, e))
        .mapEmpty();
  }

  private void readAgain(long expected) {
    if (expected == connection && !closed) {
      read();
    }
  }

  private void lost(long expected, Throwable cause) {
    if (expected == connection && !closed) {
      connection++;
      endWatch();
      if (!away) {
        log.warn("etcd is away, the last known instances stay: {}", cause.getMessage());
      }
      away = true;
      long next = connection;
      vertx.setTimer(backoff.nextDelayMillis(), id -> readAgain(next));
    }
  }

  private void endWatch() {
    GrpcClientRequest<WatchRequest, WatchResponse> last = watch;
    watch = null;
    watching = false;
    if (last != null) {
      last.cancel();
    }
  }

  private void take(RangeResponse found) {
    long revision = found.getHeader().getRevision();
    if (away) {
      away = false;
      keepMissingUntilNanos = ticker.nanos() + settings.leaseTtl().toNanos();
      log.info("etcd is back");
    } else if (revision < seenRevision) {
      // The watch has told of later changes already.
      return;
    }
    seenRevision = revision;
    if (ticker.nanos() - keepMissingUntilNanos >= 0) {
      byKey.clear();
    }
    found.getKvsList().forEach(this::put);
    publish();
    if (!watching) {
      watching = true;
      watchFrom(revision + 1, connection);
    }
  }

  private void put(KeyValue entry) {
    String key = entry.getKey().toStringUtf8();
    InstanceText.read(settings.prefix(), key, entry.getValue().toStringUtf8())
        .ifPresent(instance -> byKey.put(key, instance));
  }

  private void watchFrom(long revision, long mine) {
    etcd.watch(settings.prefix(), revision)
        .compose(
            request -> {
              if (mine == connection && !closed) {
                watch = request;
              } else {
                request.cancel();
              }
              return request.response();
            })
        .onFailure(e -> lost(mine, e))
        .onSuccess(
            answers -> {
              answers.handler(changes -> changed(changes, mine));
              answers.exceptionHandler(e -> lost(mine, e));
              answers.endHandler(end -> lost(mine, new IllegalStateException("the watch ended")));
            });
  }

  private void changed(WatchResponse changes, long mine) {
    if (mine != connection || closed) {
      return;
    }
    if (changes.getCanceled()) {
      lost(mine, new IllegalStateException("the watch was cancelled by etcd"));
      return;
    }
    seenRevision = Math.max(seenRevision, changes.getHeader().getRevision());
    boolean keepMissing = ticker.nanos() - keepMissingUntilNanos < 0;
    for (Event event : changes.getEventsList()) {
      if (event.getType() == Event.EventType.PUT) {
        put(event.getKv());
      } else if (!keepMissing) {
        byKey.remove(event.getKv().getKey().toStringUtf8());
      }
    }
    if (changes.getEventsCount() > 0) {
      publish();
    }
  }

  /** A list that did not change stays the same object, for who compares by that. */
  private void publish() {
    Map<Service, List<Instance>> fresh = new HashMap<>();
    byKey
        .values()
        .forEach(
            found ->
                fresh
                    .computeIfAbsent(found.service(), absent -> new ArrayList<>())
                    .add(found.instance()));
    Map<Service, List<Instance>> before = published;
    fresh.replaceAll(
        (service, now) -> {
          List<Instance> last = before.get(service);
          return Objects.equals(last, now) && last != null ? last : List.copyOf(now);
        });
    published = Map.copyOf(fresh);
  }

  public Future<Void> close() {
    closed = true;
    endWatch();
    return etcd.close();
  }
}
