package io.pigpig.discovery.etcd;

import io.pigpig.discovery.Instance;
import io.pigpig.discovery.Instances;
import io.pigpig.discovery.Service;
import io.pigpig.runtime.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one process has of etcd: the instances that are known there, and the one that this process
 * is. All of it goes one way, by one client, and the process has one lease. Owned by one event
 * loop, but for {@link #of}.
 */
public final class EtcdDirectory implements Instances {

  private final EtcdParts parts;
  private final EtcdInstances instances;
  private @Nullable EtcdRegistration registration;

  public EtcdDirectory(Vertx vertx, EtcdSettings settings, Ticker ticker, RandomGenerator random) {
    this.parts = new EtcdParts(vertx, settings, new EtcdLink(vertx, settings), ticker, random);
    this.instances = new EtcdInstances(parts);
  }

  /** Begins; completes with the first reading, and fails with it, but goes on trying then. */
  public Future<Void> open() {
    return instances.open();
  }

  @Override
  public List<Instance> of(Service service) {
    return instances.of(service);
  }

  /**
   * Keeps an instance known to serve these services; an etcd that is away now is asked until it is
   * there. One that serves none is not told of.
   *
   * @throws IllegalStateException when one is registered already
   */
  public void register(Instance instance, List<Service> services) {
    if (registration != null) {
      throw new IllegalStateException("registered already; not " + instance);
    }
    if (services.isEmpty()) {
      return;
    }
    EtcdRegistration fresh = new EtcdRegistration(parts, instance, services);
    registration = fresh;
    fresh.open();
  }

  /** Takes this process' instance out; when etcd is away its lease does. */
  public Future<Void> unregister() {
    EtcdRegistration last = registration;
    registration = null;
    return last == null ? Future.succeededFuture() : last.close();
  }

  public Future<Void> close() {
    instances.close();
    return unregister().transform(done -> parts.link().close());
  }
}
