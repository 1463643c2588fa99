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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances that etcd knows: read whole at the start and from time to time, watched in between.
 * While etcd is away the last known ones stay; when it is back, those that are missing or end now
 * stay for one more lease, because their leases may have ended with nobody there to keep them. At
 * the end of that time all are read whole.
 *
 * <p>Owned by one event loop, but for {@link #of}.
 */
final class EtcdInstances implements Instances {

  private static final Logger log = LoggerFactory.getLogger(EtcdInstances.class);

  /** Until a whole reading that was older than what the watch had told is repeated. */
  private static final long REPEAT_MILLIS = 50;

  private final Vertx vertx;
  private final EtcdSettings settings;
  private final EtcdLink etcd;
  private final Ticker ticker;
  private final Backoff backoff;
  private final Map<String, InstanceText.Found> byKey = new TreeMap<>();
  private final Set<String> strangers = new HashSet<>();
  private volatile Map<Service, List<Instance>> published = Map.of();
  private @Nullable GrpcClientRequest<WatchRequest, WatchResponse> watch;
  private boolean watching;
  private long readTimer = -1;
  private long connection;
  private long seenRevision;
  private boolean away;
  private long keepMissingUntilNanos;
  private boolean closed;

  EtcdInstances(EtcdParts parts) {
    this.vertx = parts.vertx();
    this.settings = parts.settings();
    this.etcd = parts.link();
    this.ticker = parts.ticker();
    this.keepMissingUntilNanos = ticker.nanos();
    this.backoff = parts.backoff();
  }

  @Override
  public List<Instance> of(Service service) {
    return published.getOrDefault(service, List.of());
  }

  /** Begins; completes with the first reading, and fails with it, but goes on trying then. */
  Future<Void> open() {
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
                readAgainIn(take(found) ? untilNextReadMillis() : REPEAT_MILLIS);
              }
            })
        .onFailure(e -> lost(mine, e))
        .mapEmpty();
  }

  private void readAgainIn(long millis) {
    vertx.cancelTimer(readTimer);
    readTimer = vertx.setTimer(millis, id -> read());
  }

  /** What was kept although etcd did not have it is read at the end of its time. */
  private long untilNextReadMillis() {
    long every = settings.readEvery().toMillis();
    long leftNanos = keepMissingUntilNanos - ticker.nanos();
    return leftNanos <= 0 ? every : Math.min(every, 1 + TimeUnit.NANOSECONDS.toMillis(leftNanos));
  }

  private void lost(long expected, Throwable cause) {
    if (expected == connection && !closed) {
      connection++;
      endWatch();
      if (!away) {
        log.warn("etcd is away, the last known instances stay: {}", cause.getMessage());
      }
      away = true;
      readAgainIn(backoff.nextDelayMillis());
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

  /** Whether it was taken: the watch may have told of later changes already. */
  private boolean take(RangeResponse found) {
    long revision = found.getHeader().getRevision();
    if (away) {
      away = false;
      keepMissingUntilNanos = ticker.nanos() + settings.leaseTtl().toNanos();
      log.info("etcd is back");
    } else if (revision < seenRevision) {
      return false;
    }
    seenRevision = revision;
    if (!isKeepingMissing()) {
      byKey.clear();
    }
    strangers.retainAll(
        found.getKvsList().stream()
            .map(entry -> entry.getKey().toStringUtf8())
            .collect(Collectors.toSet()));
    found.getKvsList().forEach(this::put);
    publish();
    if (!watching) {
      watching = true;
      watchFrom(revision + 1, connection);
    }
    return true;
  }

  private boolean isKeepingMissing() {
    return ticker.nanos() - keepMissingUntilNanos < 0;
  }

  /** What others have put there must not hide the instances beside it; it is told of once. */
  private void put(KeyValue entry) {
    String key = entry.getKey().toStringUtf8();
    try {
      byKey.put(key, InstanceText.read(settings.prefix(), key, entry.getValue().toStringUtf8()));
      strangers.remove(key);
    } catch (RuntimeException e) {
      if (strangers.add(key)) {
        String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        log.warn("{} in etcd is no instance: {}", key, why);
      }
    }
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
    boolean keepMissing = isKeepingMissing();
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

  void close() {
    closed = true;
    vertx.cancelTimer(readTimer);
    endWatch();
  }
}
