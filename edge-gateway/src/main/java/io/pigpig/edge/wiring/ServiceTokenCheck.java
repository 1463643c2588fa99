package io.pigpig.edge.wiring;

import io.pigpig.discovery.Service;
import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;
import io.pigpig.runtime.Loop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the roles that this process asks whether they take its token, at the start and then every
 * {@code services.token-every}: with one that they refuse every request fails, and clients hear no
 * more than that a service is away. A role that is away itself says nothing. Owned by the
 * housekeeper's loop, but for {@link #isRefused}.
 */
final class ServiceTokenCheck {

  private static final Logger log = LoggerFactory.getLogger(ServiceTokenCheck.class);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Shared shared;
  private final Remotes remotes;
  private final Set<Service> taken = ConcurrentHashMap.newKeySet();
  private final Set<Service> refused = ConcurrentHashMap.newKeySet();

  ServiceTokenCheck(Vertx vertx, Shared shared, Remotes remotes) {
    this.vertx = vertx;
    this.shared = shared;
    this.remotes = remotes;
  }

  /** Begins; completes with the first answers, whatever they are. */
  Future<Void> open(Loop loop) {
    EdgeSettings settings = shared.settings();
    List<Service> asked = asked(settings.process().role());
    if (asked.isEmpty()) {
      return Future.succeededFuture();
    }
    PeriodicTask task =
        new PeriodicTask(
            "asking whether the token is taken",
            () -> ask(asked).map(false),
            new PeriodicTask.On(loop, shared.ticker(), settings.process().taskTimeout()));
    vertx.setPeriodic(settings.services().tokenEvery().toMillis(), id -> task.run());
    return ask(asked);
  }

  private static List<Service> asked(ProcessRole role) {
    return switch (role) {
      case GATEWAY -> List.of(Directory.ORDER, Directory.STOCK, Directory.RENDER);
      case ORDER -> List.of(Directory.RENDER);
      case ALL, STOCK, RENDER -> List.of();
    };
  }

  private Future<Void> ask(List<Service> services) {
    List<Future<?>> asking = new ArrayList<>();
    for (Service service : services) {
      asking.add(
          remotes
              .isTokenTaken(service, ANSWER_MAX)
              .onSuccess(isTaken -> heard(service, isTaken))
              // It is away, which is for calls to say.
              .otherwiseEmpty());
    }
    return Future.join(asking).mapEmpty();
  }

  private void heard(Service service, boolean isTaken) {
    if (isTaken) {
      taken.add(service);
      if (refused.remove(service)) {
        log.info("the service {} takes the token of this process now", service.name());
      }
    } else if (refused.add(service)) {
      log.error(
          "the service {} refuses the token of this process, so that all it is asked fails. {}",
          service.name(),
          remedy());
    }
  }

  private String remedy() {
    return shared.settings().services().tokenFile().isEmpty()
        ? "With auth.development-issuer on all processes need the same stores.data: its"
            + " development.secret signs the token"
        : "All processes need the auth.* of the issuer whose token is in services.token-file";
  }

  /**
   * Whether {@code service} refuses the token and has taken none since the start. One that comes
   * later and refuses it is for the log and for answers to say: it may be one of several.
   */
  boolean isRefused(Service service) {
    return refused.contains(service) && !taken.contains(service);
  }

  Future<Void> close() {
    return remotes.close();
  }
}
