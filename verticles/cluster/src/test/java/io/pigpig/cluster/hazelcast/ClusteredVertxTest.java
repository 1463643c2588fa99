package io.pigpig.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.multimap.MultiMap;
import io.pigpig.cluster.ClusterSettings;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastNodeInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
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
  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.reversed().forEach(Node::close);
    assertThat(Hazelcast.getAllHazelcastInstances()).as("members left behind").isEmpty();
  }

  private Node node(int port) {
    Node node = Node.start(Node.settings(members, port, Map.of()));
    nodes.add(node);
    return node;
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
    forget(second.clustered.view().nodeId());
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
    String self = only.clustered.view().nodeId();
    forget(self);
    assertThat(Node.wait(only.clustered.view().isSubscribed(Node.NEWS))).isFalse();
    only.publish("to nobody, says the table");
    Eventually.holds("heard all the same", PATIENCE, () -> !only.heard.isEmpty());
    Eventually.holds("mended", PATIENCE, () -> only.canary.renewals() > 0);
  }

  /** Plants the fault of vert-x3/vertx-hazelcast#90: the table loses one node's subscription. */
  private static void forget(String nodeId) {
    MultiMap<String, Object> table =
        Hazelcast.getAllHazelcastInstances().iterator().next().getMultiMap("__vertx.subs");
    for (Object subscription : List.copyOf(table.get(Node.NEWS))) {
      if (subscription.toString().contains(nodeId)) {
        assertThat(table.remove(Node.NEWS, subscription)).isTrue();
      }
    }
  }

  @Test
  void aProcessThatCannotBeMendedSaysThatItIsDeafOnce() {
    Node only =
        Node.start(
            Node.settings(
                members, firstPort, Map.of("canary.renew-after", "1", "canary.deaf-after", "3")));
    nodes.add(only);
    Hazelcast.getAllHazelcastInstances().iterator().next().getLifecycleService().terminate();
    Eventually.holds("deaf", PATIENCE, () -> only.canary.isDeaf());
    assertThat(only.canary.hears()).isFalse();
    assertThat(only.deaf).hasValue(1);
  }

  @Test
  void aProcessThatNoMessageReachesIsDeafThoughTheTableHasIt() {
    Map<String, String> quick = Map.of("canary.renew-after", "10", "canary.deaf-after", "30");
    Node unreachable = Node.start(Node.settings(members, firstPort, quick));
    nodes.add(unreachable);
    moveBus(unreachable, Node.freePort());
    Node other = Node.start(Node.settings(members, secondPort, quick));
    nodes.add(other);
    // Of two neither can know which one it is.
    Eventually.holds(
        "one of them gives up",
        PATIENCE,
        () -> unreachable.canary.isDeaf() || other.canary.isDeaf());
    assertThat(Node.wait(unreachable.clustered.view().isSubscribed(Node.NEWS))).isTrue();
  }

  /** Tells the others that a process hears at a port where nobody listens. */
  private static void moveBus(Node node, int port) {
    Hazelcast.getAllHazelcastInstances()
        .iterator()
        .next()
        .getMap("__vertx.nodeInfo")
        .put(
            node.clustered.view().nodeId(),
            new HazelcastNodeInfo(new NodeInfo("127.0.0.1", port, new JsonObject())));
  }

  @Test
  void aMemberThatIsNotUpYetMakesNobodyDeaf() {
    Node only =
        Node.start(
            Node.settings(
                members, firstPort, Map.of("canary.renew-after", "30", "canary.deaf-after", "31")));
    nodes.add(only);
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
