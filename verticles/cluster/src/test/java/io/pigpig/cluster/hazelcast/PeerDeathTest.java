package io.pigpig.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.cluster.BusCanary;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.Opened;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process of the cluster dies, or stands still, beside this one. */
final class PeerDeathTest {

  private static final Logger log = LoggerFactory.getLogger(PeerDeathTest.class);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Its connections are closed by the system, which is seen at once; 0.13 to 0.38 s measured. */
  private static final Duration DEAD_WITHIN = Duration.ofMillis(2_500);

  /**
   * By design after up to {@code cluster.heartbeat-timeout} and one heartbeat, 2 s and 1 s, which
   * are Hazelcast's least; and half a second for a busy machine to notice.
   */
  private static final Duration SILENT_WITHIN = Duration.ofMillis(3_500);

  private final Opened opened = new Opened();

  @AfterEach
  void close() throws Exception {
    opened.close();
  }

  /** Two members that have heard each other. */
  private void withPeer(Path folder, boolean peerFirst, BiConsumer<Node, NodeProcess> test) {
    int ourPort = Node.freePort();
    int peerPort = Node.freePort();
    String members = "127.0.0.1:" + ourPort + ",127.0.0.1:" + peerPort;
    Node started = peerFirst ? null : ours(members, ourPort);
    NodeProcess peer =
        opened.add(
            new NodeProcess(
                "peer",
                folder,
                List.of(),
                List.of("members=" + members, "port=" + peerPort, "bus-port=0")));
    if (peerFirst) {
      Eventually.holds("the peer began", PATIENCE, () -> peer.says("members 1"));
    }
    Node ours = started == null ? ours(members, ourPort) : started;
    try {
      Eventually.holds("two members", PATIENCE, () -> ours.members() == 2);
      awaitHeard(ours, peer, "hello");
      test.accept(ours, peer);
    } catch (AssertionError e) {
      throw new AssertionError(peer.log(), e);
    }
  }

  private Node ours(String members, int port) {
    return opened.add(Node.start(Node.settings(members, port, Map.of())));
  }

  private static void awaitHeard(Node ours, NodeProcess peer, String news) {
    Eventually.holds(
        "heard there",
        PATIENCE,
        () -> {
          ours.publish(news);
          return peer.hasHeard(news);
        });
  }

  private static void awaitGone(Node ours, Runnable fault, Duration within) {
    Ticker ticker = Ticker.system();
    long beganNanos = ticker.nanos();
    fault.run();
    Eventually.holds("gone", within, () -> ours.members() == 1);
    log.info("gone after {} ms", (ticker.nanos() - beganNanos) / 1_000_000);
  }

  @Test
  void aKilledPeerIsGoneFromTheMembers(@TempDir Path folder) {
    withPeer(
        folder,
        false,
        (ours, peer) -> {
          awaitGone(ours, peer::kill9, DEAD_WITHIN);
          ours.publish("alone");
          Eventually.holds("still heard here", PATIENCE, () -> ours.heard.contains("alone"));
          assertThat(ours.deaf).hasValue(0);
        });
  }

  @Test
  void aKilledPeerThatWasTheOldestIsGoneToo(@TempDir Path folder) {
    withPeer(
        folder,
        true,
        (ours, peer) -> {
          awaitGone(ours, peer::kill9, DEAD_WITHIN);
          Eventually.holds("we hear", PATIENCE, () -> ours.canary.hears());
          assertThat(ours.deaf).hasValue(0);
        });
  }

  @Test
  void aDeafProcessEndsItselfAndJoinsAgainOnceItIsStarted(@TempDir Path folder) {
    withPeer(
        folder,
        false,
        (ours, peer) -> {
          peer.loseMembership();
          assertThat(peer.exitCode()).isEqualTo(BusCanary.DEAF_EXIT_CODE);
          assertThat(peer.supervise()).isEqualTo(1);
          Eventually.holds(
              "two members again", PATIENCE, () -> ours.members() == 2 && peer.says("members 2"));
          awaitHeard(ours, peer, "back");
          assertThat(ours.deaf).hasValue(0);
        });
  }

  @Test
  void aPeerThatStandsStillIsGoneAndComesBackByItself(@TempDir Path folder) {
    withPeer(
        folder,
        false,
        (ours, peer) -> {
          awaitGone(ours, peer::standStill, SILENT_WITHIN);
          peer.goOn();
          Eventually.holds(
              "two members again",
              PATIENCE,
              () -> ours.members() == 2 && (peer.says("members 2") || peer.supervise() > 0));
          awaitHeard(ours, peer, "back");
          Eventually.holds("we hear", PATIENCE, () -> ours.canary.hears());
          Eventually.holds("the peer hears", PATIENCE, () -> peer.says("hears true"));
        });
  }
}
