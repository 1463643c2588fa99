package io.pigpig.edge.wiring;

import io.pigpig.discovery.Instance;
import io.pigpig.discovery.Instances;
import io.pigpig.discovery.Service;
import io.pigpig.discovery.dns.DnsInstances;
import io.pigpig.discovery.etcd.EtcdDirectory;
import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClientOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where the other roles are, as the settings say: fixed, by DNS, or by etcd; and what is told to
 * etcd of this process. Opened and closed on one event loop; {@link #of} is safe from any thread.
 */
final class Directory implements Instances {

  static final Service ORDER = new Service("order");
  static final Service STOCK = new Service("stock");
  static final Service RENDER = new Service("render");

  private static final String DNS = "dns:";
  private static final int WEIGHT = 100;

  private final Shared shared;
  private final Map<Service, List<Instance>> fixed = new HashMap<>();
  private final @Nullable DnsInstances dns;
  private final @Nullable EtcdDirectory etcd;
  private final Set<Service> known = ConcurrentHashMap.newKeySet();

  /**
   * @throws StartupFailure with one line when a place is not written as it must be, or is missing
   */
  Directory(Vertx vertx, Shared shared, RandomGenerator random) {
    this.shared = shared;
    EdgeSettings settings = shared.settings();
    ServicesSettings services = settings.services();
    Map<Service, DnsInstances.Name> names = new HashMap<>();
    ProcessRole role = settings.process().role();
    boolean gateway = role == ProcessRole.GATEWAY;
    place(ORDER, services.order(), gateway, names);
    place(STOCK, services.stock(), gateway, names);
    place(RENDER, services.render(), gateway || role == ProcessRole.ORDER, names);
    dns =
        names.isEmpty()
            ? null
            : new DnsInstances(vertx, names, services.dnsEvery(), server(services.dnsServer()));
    etcd =
        settings.etcd().isEnabled()
            ? new EtcdDirectory(vertx, settings.etcd(), shared.ticker(), random)
            : null;
  }

  /**
   * @param text {@code host:port}, or empty for the server that the system asks
   */
  private static DnsClientOptions server(String text) {
    DnsClientOptions options = new DnsClientOptions();
    int colon = text.lastIndexOf(':');
    return colon < 0
        ? options
        : options
            .setHost(text.substring(0, colon))
            .setPort(Integer.parseInt(text.substring(colon + 1)));
  }

  private void place(
      Service service, String text, boolean needed, Map<Service, DnsInstances.Name> names) {
    if (text.startsWith(DNS)) {
      Instance name = instance(service, text.substring(DNS.length()));
      names.put(service, new DnsInstances.Name(name.host(), name.port()));
    } else if (!text.isEmpty()) {
      List<Instance> instances = new ArrayList<>();
      for (String each : text.split(",", -1)) {
        instances.add(instance(service, each.strip()));
      }
      fixed.put(service, List.copyOf(instances));
    } else if (needed && !shared.settings().etcd().isEnabled()) {
      throw new StartupFailure(
          "services."
              + service.name()
              + " must say where this role finds it (host:port,... or dns:name:port), or"
              + " etcd.addresses must");
    }
  }

  private static Instance instance(Service service, String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new Instance(
          text, text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)), WEIGHT);
    } catch (RuntimeException e) {
      throw new StartupFailure(
          "services." + service.name() + " has " + text + ", which is not host:port", e);
    }
  }

  /** An etcd that is away now is asked until it is there. */
  Future<Void> open() {
    Future<Void> byDns = dns == null ? Future.succeededFuture() : dns.open();
    Future<Void> byEtcd = etcd == null ? Future.succeededFuture() : etcd.open().otherwiseEmpty();
    return byDns.compose(done -> byEtcd);
  }

  /** Tells etcd that this process serves its role's contexts on {@code port}. */
  void register(int port) {
    EdgeSettings settings = shared.settings();
    if (etcd == null) {
      return;
    }
    ServicesSettings own = settings.services();
    Instance instance = new Instance(own.host() + ":" + port, own.host(), port, own.weight());
    ProcessRole role = settings.process().role();
    List<Service> served = new ArrayList<>();
    if (role.keepsOrders()) {
      served.add(ORDER);
    }
    if (role.keepsStock()) {
      served.add(STOCK);
    }
    if (role.draws()) {
      served.add(RENDER);
    }
    etcd.register(instance, served);
  }

  @Override
  public List<Instance> of(Service service) {
    List<Instance> told = fixed.get(service);
    if (told != null) {
      return told;
    }
    List<Instance> named = dns == null ? List.of() : dns.of(service);
    return named.isEmpty() && etcd != null ? etcd.of(service) : named;
  }

  /** Whether an instance of {@code service} was known at any time. */
  boolean hasKnown(Service service) {
    if (!of(service).isEmpty()) {
      known.add(service);
    }
    return known.contains(service);
  }

  /** Takes this process from the list, so that no new request comes. */
  Future<Void> unregister() {
    return etcd == null ? Future.succeededFuture() : etcd.unregister();
  }

  Future<Void> close() {
    Future<Void> byEtcd = etcd == null ? Future.succeededFuture() : etcd.close();
    return byEtcd.transform(done -> dns == null ? Future.succeededFuture() : dns.close());
  }
}
