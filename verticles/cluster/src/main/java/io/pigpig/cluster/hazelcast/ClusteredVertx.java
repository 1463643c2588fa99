package io.pigpig.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.pigpig.cluster.BusMembership;
import io.pigpig.cluster.ClusterSettings;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Vert.x whose event bus reaches the other processes of the cluster.
 *
 * @param vertx closing it leaves the cluster
 */
public record ClusteredVertx(Vertx vertx, BusMembership members) {

  private static final Logger log = LoggerFactory.getLogger(ClusteredVertx.class);

  /** Beyond the time to join: threads, sockets, the first look at the tables. */
  private static final Duration BUILD_MARGIN = Duration.ofSeconds(10);

  /**
   * Joins the cluster, or begins it when no other member answers. Ends, one way or the other,
   * within the join timeout and 10 s; nothing is left running after a failure. Safe from any
   * thread; completes on a thread of Vert.x, or on a timer's when time is up.
   *
   * @param options taken as they are, but for those of the event bus
   * @return fails with {@link StartupFailure}, one line for the operator
   */
  public static Future<ClusteredVertx> start(VertxOptions options, ClusterSettings settings) {
    HazelcastClusterManager manager = new HazelcastClusterManager(MemberConfig.of(settings));
    Future<Vertx> building =
        Vertx.builder()
            .with(new VertxOptions(options).setEventBusOptions(busOptions(settings)))
            .withClusterManager(manager)
            .buildClustered();
    Duration patience = settings.joinTimeout().plus(BUILD_MARGIN);
    return building
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .map(vertx -> new ClusteredVertx(vertx, new HazelcastMembership(manager)))
        .recover(
            cause -> {
              // One that comes up after its time must not stay, and nor must a member without it.
              building.onSuccess(Vertx::close);
              terminate(manager.getHazelcastInstance());
              return Future.failedFuture(failure(cause, settings));
            });
  }

  /**
   * The ping alone does not end a connection whose other end does not read: Vert.x closes it once
   * all is written, which is never. So the system ends it (TCP_USER_TIMEOUT, which is a matter of
   * the native transport), after as long as the ping would.
   */
  private static EventBusOptions busOptions(ClusterSettings settings) {
    Duration silence = settings.pingEvery().plus(settings.pingTimeout());
    return new EventBusOptions()
        .setTcpUserTimeout(Math.toIntExact(silence.toMillis()))
        .setHost(settings.host())
        .setPort(settings.busPort())
        .setConnectTimeout(Math.toIntExact(settings.connectTimeout().toMillis()))
        .setReconnectAttempts(0)
        .setClusterPingInterval(settings.pingEvery().toMillis())
        .setClusterPingReplyInterval(settings.pingTimeout().toMillis());
  }

  /** Blocks for a moment, so not on the thread that tells of the failure. */
  private static void terminate(HazelcastInstance instance) {
    if (instance != null) {
      Thread.ofPlatform()
          .daemon()
          .name("hazelcast-terminator")
          .start(() -> instance.getLifecycleService().terminate());
    }
  }

  private static StartupFailure failure(Throwable cause, ClusterSettings settings) {
    log.debug("the cluster was not joined", cause);
    String said = text(cause);
    if (said.contains("auto-increment")) {
      return portTaken("cluster.port", settings.port(), cause);
    }
    if (isBind(cause)) {
      return portTaken("cluster.bus-port", settings.busPort(), cause);
    }
    if (said.contains("No matching network interface")) {
      return new StartupFailure(
          "cluster.host " + settings.host() + " is no address of this machine.", cause);
    }
    boolean late = cause instanceof TimeoutException || said.contains("failed to start");
    return late
        ? new StartupFailure(
            "The cluster \""
                + settings.name()
                + "\" was not joined in "
                + settings.joinTimeout().toSeconds()
                + " s; its members are "
                + String.join(", ", settings.memberList())
                + ".",
            cause)
        : new StartupFailure("The cluster could not be joined: " + said + ".", cause);
  }

  private static StartupFailure portTaken(String setting, int port, Throwable cause) {
    return new StartupFailure(
        "Port " + port + " is in use; choose another " + setting + ".", cause);
  }

  private static boolean isBind(Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof BindException) {
        return true;
      }
    }
    return false;
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.lines().findFirst().orElse("").strip();
  }
}
