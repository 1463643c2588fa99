package io.pigpig.discovery.dns;

import io.pigpig.discovery.Instance;
import io.pigpig.discovery.Instances;
import io.pigpig.discovery.Service;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.dns.DnsClientOptions;
import io.vertx.core.dns.DnsException;
import io.vertx.core.dns.DnsResponseCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses behind a name, such as a headless service of Kubernetes, one instance each and of
 * equal weight. Asked again and again: a client that resolves a name once keeps to the pods of that
 * moment. A server that does not answer leaves the last known ones; a name that is gone, none.
 *
 * <p>Owned by one event loop, but for {@link #of}.
 */
public final class DnsInstances implements Instances {

  private static final Logger log = LoggerFactory.getLogger(DnsInstances.class);
  private static final int WEIGHT = 100;
  private static final int INSTANCES_MAX = 1_000;

  /** Where a service is found: its name in DNS and the port that all its instances have. */
  public record Name(String host, int port) {}

  private final Vertx vertx;
  private final Map<Service, Name> names;
  private final long everyMillis;
  private final DnsClient dns;
  private volatile Map<Service, List<Instance>> published = Map.of();
  private final Set<Service> unanswered = new HashSet<>();
  private boolean closed;

  /**
   * @param server which server of DNS is asked, and how long it may take
   */
  public DnsInstances(
      Vertx vertx, Map<Service, Name> names, Duration every, DnsClientOptions server) {
    this.vertx = vertx;
    this.names = Map.copyOf(names);
    this.everyMillis = every.toMillis();
    this.dns = vertx.createDnsClient(server);
  }

  @Override
  public List<Instance> of(Service service) {
    return published.getOrDefault(service, List.of());
  }

  /** Begins; completes when every name was asked for once. */
  public Future<Void> open() {
    List<Future<?>> asked = new ArrayList<>();
    names.forEach((service, name) -> asked.add(ask(service, name)));
    return Future.join(asked)
        .otherwiseEmpty()
        .onComplete(
            done -> {
              if (!closed) {
                vertx.setTimer(everyMillis, id -> open());
              }
            })
        .mapEmpty();
  }

  private Future<?> ask(Service service, Name name) {
    return dns.resolveA(name.host())
        .recover(DnsInstances::noneIfGone)
        .onSuccess(
            addresses -> {
              if (unanswered.remove(service)) {
                log.info("{}: DNS answers again", name.host());
              }
              publish(service, name, addresses);
            })
        .onFailure(
            e -> {
              if (unanswered.add(service)) {
                log.warn(
                    "{}: DNS does not answer, the last known stay: {}",
                    name.host(),
                    e.getMessage());
              }
            });
  }

  private static Future<List<String>> noneIfGone(Throwable cause) {
    return cause instanceof DnsException e && e.code() == DnsResponseCode.NXDOMAIN
        ? Future.succeededFuture(List.of())
        : Future.failedFuture(cause);
  }

  private void publish(Service service, Name name, List<String> addresses) {
    List<Instance> now =
        addresses.stream()
            .distinct()
            .sorted()
            .limit(INSTANCES_MAX)
            .map(address -> new Instance(address, address, name.port(), WEIGHT))
            .toList();
    if (!now.equals(of(service))) {
      Map<Service, List<Instance>> fresh = new HashMap<>(published);
      fresh.put(service, now);
      published = Map.copyOf(fresh);
      log.info("{} is served by {}", service.name(), addresses);
    }
  }

  public Future<Void> close() {
    closed = true;
    return dns.close();
  }
}
