package io.pigpig.discovery.etcd;

import io.pigpig.discovery.Instance;
import io.pigpig.discovery.Service;
import io.pigpig.runtime.Backoff;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one instance known in etcd for as long as it lives: a lease, a key under it for each
 * service, and the lease kept alive. A lease that was lost is granted anew and the keys put again.
 * Owned by one event loop.
 */
final class EtcdRegistration {

  private static final Logger log = LoggerFactory.getLogger(EtcdRegistration.class);

  /** etcd looks every half second for leases that have ended, and takes a moment to say so. */
  private static final Duration NOTICED = Duration.ofSeconds(1);

  private static final Duration LEASE_MIN = Duration.ofSeconds(1);

  /** A lease is kept alive so many times within its life. */
  private static final int BEATS = 3;

  private final EtcdParts parts;
  private final EtcdLink etcd;
  private final Duration leaseTtl;
  private final List<String> keys;
  private final String value;
  private final Backoff backoff;
  private Future<?> beat = Future.succeededFuture();
  private long lease;
  private boolean away;
  private boolean closed;

  EtcdRegistration(EtcdParts parts, Instance instance, List<Service> services) {
    this.parts = parts;
    this.etcd = parts.link();
    this.leaseTtl = leaseTtl(parts.settings());
    this.keys =
        services.stream()
            .map(service -> InstanceText.key(parts.settings().prefix(), service, instance))
            .toList();
    this.value = InstanceText.value(instance);
    this.backoff = parts.backoff();
  }

  /** So much shorter than the time asked for that etcd has noticed its end by then. */
  private static Duration leaseTtl(EtcdSettings settings) {
    Duration shorter = settings.leaseTtl().minus(NOTICED);
    return shorter.compareTo(LEASE_MIN) < 0 ? LEASE_MIN : shorter;
  }

  /** Begins; an etcd that is away now is asked until it is there. */
  void open() {
    beat();
  }

  private void beat() {
    if (!closed) {
      Future<Boolean> kept = lease == 0 ? register() : etcd.keepAlive(lease);
      beat = kept;
      kept.onComplete(this::ended);
    }
  }

  private Future<Boolean> register() {
    return etcd.grant(leaseTtl)
        .compose(
            granted -> {
              lease = granted;
              return putAll(granted);
            });
  }

  private Future<Boolean> putAll(long granted) {
    return Future.all(keys.stream().map(key -> etcd.put(key, value, granted)).toList())
        .onSuccess(put -> log.info("{} registered in etcd", keys))
        .onFailure(e -> lease = 0)
        .map(true);
  }

  private void ended(AsyncResult<Boolean> kept) {
    if (kept.failed()) {
      tellOnce(kept.cause());
      next(backoff.nextDelayMillis());
      return;
    }
    if (away) {
      away = false;
      log.info("etcd is back for {}", keys);
    }
    if (kept.result()) {
      backoff.reset();
      next(leaseTtl.toMillis() / BEATS);
    } else {
      log.warn("{} lost their lease and are registered anew", keys);
      lease = 0;
      beat();
    }
  }

  private void tellOnce(Throwable cause) {
    if (!away) {
      log.warn(
          "{} cannot be kept in etcd now and are tried until they can: {}",
          keys,
          cause.getMessage());
    }
    away = true;
  }

  private void next(long millis) {
    parts.vertx().setTimer(millis, id -> beat());
  }

  /** Takes the instance out; when etcd is away its lease does. */
  Future<Void> close() {
    closed = true;
    return beat.transform(ended -> revoke())
        .onFailure(e -> log.warn("{} are left to their lease: {}", keys, e.getMessage()))
        .otherwiseEmpty();
  }

  private Future<Void> revoke() {
    long last = lease;
    lease = 0;
    return last == 0 ? Future.succeededFuture() : etcd.revoke(last).mapEmpty();
  }
}
