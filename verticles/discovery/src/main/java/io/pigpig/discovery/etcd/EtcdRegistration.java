package io.pigpig.discovery.etcd;

import io.pigpig.discovery.Instance;
import io.pigpig.discovery.Service;
import io.pigpig.runtime.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one instance known in etcd for as long as it lives: a lease, a key under it, and the lease
 * kept alive. A lease that was lost is granted anew and the key put again. Owned by one event loop.
 */
public final class EtcdRegistration {

  private static final Logger log = LoggerFactory.getLogger(EtcdRegistration.class);
  private static final Duration RETRY_MIN = Duration.ofMillis(100);
  private static final Duration RETRY_MAX = Duration.ofSeconds(1);

  /** etcd looks every half second for leases that have ended, and takes a moment to say so. */
  private static final Duration NOTICED = Duration.ofSeconds(1);

  private static final Duration LEASE_MIN = Duration.ofSeconds(1);

  /** A lease is kept alive so many times within its life. */
  private static final int BEATS = 3;

  private final Vertx vertx;
  private final Duration leaseTtl;
  private final EtcdLink etcd;
  private final String key;
  private final String value;
  private final Backoff backoff;
  private long lease;
  private boolean closed;

  public EtcdRegistration(
      Vertx vertx,
      EtcdSettings settings,
      Service service,
      Instance instance,
      RandomGenerator random) {
    this.vertx = vertx;
    this.leaseTtl = leaseTtl(settings);
    this.etcd = new EtcdLink(vertx, settings);
    this.key = InstanceText.key(settings.prefix(), service, instance);
    this.value = InstanceText.value(instance);
    this.backoff = new Backoff(RETRY_MIN, RETRY_MAX, random);
  }

  /** Begins; an etcd that is away now is asked until it is there. */
  public void open() {
    beat();
  }

  private void beat() {
    if (closed) {
      return;
    }
    Future<Boolean> done = lease == 0 ? register() : etcd.keepAlive(lease);
    done.onComplete(
        kept -> {
          if (kept.failed()) {
            log.warn("{} could not be kept in etcd: {}", key, kept.cause().getMessage());
            next(backoff.nextDelayMillis());
          } else if (kept.result()) {
            backoff.reset();
            next(leaseTtl.toMillis() / BEATS);
          } else {
            log.warn("{} has lost its lease; it is registered anew", key);
            lease = 0;
            beat();
          }
        });
  }

  /** So much shorter than the time asked for that etcd has noticed its end by then. */
  private static Duration leaseTtl(EtcdSettings settings) {
    Duration shorter = settings.leaseTtl().minus(NOTICED);
    return shorter.compareTo(LEASE_MIN) < 0 ? LEASE_MIN : shorter;
  }

  private Future<Boolean> register() {
    return etcd.grant(leaseTtl).compose(this::put);
  }

  private Future<Boolean> put(long granted) {
    if (closed) {
      return Future.succeededFuture(false);
    }
    lease = granted;
    return etcd.put(key, value, granted)
        .map(
            put -> {
              log.info("{} is registered in etcd", key);
              return true;
            })
        .onFailure(e -> lease = 0);
  }

  private void next(long millis) {
    vertx.setTimer(millis, id -> beat());
  }

  /** Takes the instance out; when etcd is away its lease does. */
  public Future<Void> close() {
    closed = true;
    Future<?> revoked = lease == 0 ? Future.succeededFuture() : etcd.revoke(lease);
    lease = 0;
    return revoked
        .onFailure(e -> log.warn("{} is left to its lease: {}", key, e.getMessage()))
        .transform(done -> etcd.close());
  }
}
