package io.pigpig.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.multimap.MultiMap;
import io.pigpig.cluster.ClusterSettings;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.Opened;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastNodeInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real members over loopback, several in this JVM. */
final class ClusteredVertxTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final int firstPort = Node.freePort();
  private final int secondPort = Node.freePort();
  private final String members = "127.0.0.1:" + firstPort + ",127.0.0.1:" + secondPort;
  private final Opened opened = new Opened();

  @AfterEach
  void close() throws Exception {
    opened.close();
    assertThat(Hazelcast.getAllHazelcastInstances()).as("members left behind").isEmpty();
  }

  private Node node(int port) {
    return node(port, Map.of());
  }

  private Node node(int port, Map<String, String> more) {
    return opened.add(Node.start(Node.settings(members, port, more)));
  }

  @Test
  void anEventOfOneProcessIsHeardInTheOtherAndTheCanariesAreNot() {
    Node first = node(firstPort);
    Node second = node(secondPort);
    Eventually.holds("two members", PATIENCE, () -> first.members() == 2 && second.members() == 2);
    Eventually.holds(
        "both hear",
        PATIENCE,
        () -> {
          first.publish("from the first");
          second.publish("from the second");
          return List.of(first, second).stream()
              .allMatch(it -> it.heard.containsAll(List.of("from the first", "from the second")));
        });
    Eventually.holds("both say so", PATIENCE, () -> first.canary.hears() && second.canary.hears());
    assertThat(first.heard).containsOnly("from the first", "from the second");
    assertThat(first.deaf).hasValue(0);
  }

  @Test
  void aSubscriptionThatTheClusterLostIsMadeAnew() {
    Node first = node(firstPort);
    Node second = node(secondPort);
    Eventually.holds("two members", PATIENCE, () -> second.members() == 2);
    Eventually.holds(
        "the first is heard",
        PATIENCE,
        () -> {
          first.publish("before");
          return second.heard.contains("before");
        });
    forget(second);
    Eventually.holds("made anew", PATIENCE, () -> second.canary.renewals() > 0);
    Eventually.holds(
        "heard again",
        PATIENCE,
        () -> {
          first.publish("after");
          return second.heard.contains("after") && second.canary.hears();
        });
    assertThat(second.deaf).hasValue(0);
  }

  @Test
  void aRequestToItselfDoesNotNoticeALostSubscription() {
    Node only = node(firstPort);
    forget(only);
    assertThat(Node.wait(only.clustered.members().isSubscribed(only.inbox()))).isFalse();
    only.bus()
        .send(
            only.inbox(),
            new JsonObject().put("news", "to nobody, says the table").toBuffer(),
            new DeliveryOptions().addHeader("pigpig-address", Node.NEWS));
    Eventually.holds("heard all the same", PATIENCE, () -> !only.heard.isEmpty());
    Eventually.holds("mended", PATIENCE, () -> only.canary.renewals() > 0);
  }

  /** Plants the fault of vert-x3/vertx-hazelcast#90: the table loses one node's subscription. */
  private static void forget(Node node) {
    MultiMap<String, Object> table =
        Hazelcast.getAllHazelcastInstances().iterator().next().getMultiMap("__vertx.subs");
    List<Object> subscriptions = List.copyOf(table.get(node.inbox()));
    assertThat(subscriptions).hasSize(1);
    assertThat(table.remove(node.inbox(), subscriptions.getFirst())).isTrue();
  }

  @Test
  void aProcessThatCannotBeMendedSaysThatItIsDeafOnce() {
    Node only = node(firstPort, Map.of("canary.renew-after", "1", "canary.deaf-after", "3"));
    Hazelcast.getAllHazelcastInstances().iterator().next().getLifecycleService().terminate();
    Eventually.holds("deaf", PATIENCE, () -> only.canary.isDeaf());
    assertThat(only.canary.hears()).isFalse();
    assertThat(only.deaf).hasValue(1);
  }

  @Test
  void aProcessThatNoMessageReachesIsDeafThoughTheTableHasIt() {
    Map<String, String> quick = Map.of("canary.renew-after", "10", "canary.deaf-after", "30");
    Node unreachable = node(firstPort, quick);
    moveBus(unreachable, Node.freePort());
    Node other = node(secondPort, quick);
    // Of two neither can know which one it is.
    Eventually.holds(
        "one of them gives up",
        PATIENCE,
        () -> unreachable.canary.isDeaf() || other.canary.isDeaf());
    assertThat(Node.wait(unreachable.clustered.members().isSubscribed(unreachable.inbox())))
        .isTrue();
  }

  /** Tells the others that a process hears at a port where nobody listens. */
  private static void moveBus(Node node, int port) {
    Hazelcast.getAllHazelcastInstances()
        .iterator()
        .next()
        .getMap("__vertx.nodeInfo")
        .put(
            node.clustered.members().nodeId(),
            new HazelcastNodeInfo(new NodeInfo("127.0.0.1", port, new JsonObject())));
  }

  @Test
  void aMemberThatIsNotUpYetMakesNobodyDeaf() {
    Node only = node(firstPort, Map.of("canary.renew-after", "30", "canary.deaf-after", "31"));
    ClusteredVertx starting =
        Node.wait(
            ClusteredVertx.start(new VertxOptions(), Node.settings(members, secondPort, Map.of())));
    try {
      Eventually.holds("two members", PATIENCE, () -> only.members() == 2);
      long before = only.canary.tries();
      // The second in the order of names waits for twice as many.
      Eventually.holds("tries", PATIENCE, () -> only.canary.tries() > before + 70);
      assertThat(only.deaf).hasValue(0);
      Eventually.holds("hears", PATIENCE, only.canary::hears);
    } finally {
      Node.wait(starting.vertx().close());
    }
  }

  @Test
  void aProcessWhoseMembersAreAwayBeginsTheCluster() {
    Node only = node(firstPort);
    assertThat(only.members()).isEqualTo(1);
    assertThat(only.canary.hears()).isTrue();
    assertThat(
            Node.wait(
                only.bus()
                    .<JsonObject>request("nobody", new JsonObject())
                    .map("answered")
                    .otherwise("refused")))
        .isEqualTo("refused");
  }

  @Test
  void aPortInUseIsNamedInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> start(Node.settings(members, port, Map.of())))
          .isInstanceOf(StartupFailure.class)
          .hasMessage("Port " + port + " is in use; choose another cluster.port.");
      assertThatThrownBy(
              () ->
                  start(
                      Node.settings(
                          members, firstPort, Map.of("bus-port", Integer.toString(port)))))
          .isInstanceOf(StartupFailure.class)
          .hasMessage("Port " + port + " is in use; choose another cluster.bus-port.");
    }
    Eventually.holds(
        "nothing left", PATIENCE, () -> Hazelcast.getAllHazelcastInstances().isEmpty());
  }

  @Test
  void anAddressOfAnotherMachineIsNamedInOneLine() {
    assertThatThrownBy(
            () -> start(Node.settings(members, firstPort, Map.of("host", "203.0.113.7"))))
        .isInstanceOf(StartupFailure.class)
        .hasMessage("cluster.host 203.0.113.7 is no address of this machine.");
  }

  private static void start(ClusterSettings settings) {
    Node.wait(ClusteredVertx.start(new VertxOptions(), settings));
  }
}
