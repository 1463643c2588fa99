package io.pigpig.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.cluster.BusCanary;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process of the cluster dies, or stands still, beside this one. */
final class PeerDeathTest {

  private static final Logger log = LoggerFactory.getLogger(PeerDeathTest.class);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration GONE_WITHIN = Duration.ofSeconds(10);

  /** Two members that have heard each other. */
  private static void withPeer(Path folder, boolean peerFirst, BiConsumer<Node, NodeProcess> test) {
    int ourPort = Node.freePort();
    int peerPort = Node.freePort();
    String members = "127.0.0.1:" + ourPort + ",127.0.0.1:" + peerPort;
    List<String> settings = List.of("members=" + members, "port=" + peerPort, "bus-port=0");
    @Nullable Node started =
        peerFirst ? null : Node.start(Node.settings(members, ourPort, Map.of()));
    NodeProcess peer = new NodeProcess("peer", folder, List.of(), settings);
    if (peerFirst) {
      Eventually.holds("the peer began", PATIENCE, () -> peer.says("members 1"));
    }
    Node ours = started == null ? Node.start(Node.settings(members, ourPort, Map.of())) : started;
    try {
      Eventually.holds("two members", PATIENCE, () -> ours.members() == 2);
      awaitHeard(ours, peer, "hello");
      test.accept(ours, peer);
    } catch (AssertionError e) {
      throw new AssertionError(peer.log(), e);
    } finally {
      peer.kill9();
      ours.close();
    }
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

  /** Logs how long it took: the bound of the test is wide, what it measures is not. */
  private static void awaitGone(Node ours, String what, Runnable fault) {
    Ticker ticker = Ticker.system();
    long beganNanos = ticker.nanos();
    fault.run();
    Eventually.holds("gone", GONE_WITHIN, () -> ours.members() == 1);
    log.info("{} was gone after {} ms", what, (ticker.nanos() - beganNanos) / 1_000_000);
  }

  @Test
  void aKilledPeerIsGoneFromTheMembers(@TempDir Path folder) {
    withPeer(
        folder,
        false,
        (ours, peer) -> {
          awaitGone(ours, "a killed peer", peer::kill9);
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
          awaitGone(ours, "a killed oldest peer", peer::kill9);
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
          awaitGone(ours, "a peer that stands still", peer::standStill);
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
