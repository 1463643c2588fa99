package io.pigpig.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three processes on three machines whose network is cut and healed. Nobody helps: afterwards each
 * hears each other again, or has ended itself as deaf, was started again by a supervisor, and then
 * hears.
 */
final class PartitionTest {

  private static final Logger log = LoggerFactory.getLogger(PartitionTest.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String MEMBERS = "10.77.0.1:5701,10.77.0.2:5701,10.77.0.3:5701";

  @TempDir private Path folder;

  /** A test that is not there proves nothing, and nobody sees that it is not. */
  @BeforeAll
  static void networksCanBeCutHere() {
    assertThat(CutNetwork.reasonAgainst())
        .as("needs root and ip of iproute2; -Dpigpig.partitions=off leaves these tests out")
        .isEmpty();
  }

  @Test
  void cutInTwoAndOneAndHealedTwiceAllHearEachOther() {
    run(PartitionTest::twoAndOne);
  }

  @Test
  void afterOneLinkLostOneDirectionAllHearEachOther() {
    run(PartitionTest::oneWay);
  }

  @Test
  void whoWasStartedAgainWhileItWasCutOffJoinsTheOthers() {
    run(PartitionTest::restartedWhileCut);
  }

  private void run(Consumer<Cluster> scenario) {
    try (CutNetwork network = new CutNetwork(3)) {
      network.open();
      try (Cluster cluster = new Cluster(network, folder)) {
        cluster.start(3, 1, 2);
        cluster.awaitWhole("started", 0);
        scenario.accept(cluster);
      }
    }
  }

  /** The first time it is the oldest member that is cut off, the second time the youngest. */
  private static void twoAndOne(Cluster cluster) {
    for (int round = 1; round <= 2; round++) {
      long cutNanos = cluster.ticker.nanos();
      cluster.network.cut(3);
      cluster.await(
          "two and one",
          () ->
              cluster.node(1).says("members 2")
                  && cluster.node(2).says("members 2")
                  && cluster.node(3).says("members 1"));
      log.info("cut {}: both sides knew after {} ms", round, cluster.millisSince(cutNanos));
      cluster.awaitHeard(cluster.node(1), cluster.node(2), "cut" + round);
      long healedNanos = cluster.ticker.nanos();
      cluster.network.heal(3);
      cluster.awaitWhole("healed" + round, healedNanos);
    }
  }

  private static void oneWay(Cluster cluster) {
    cluster.network.dropFrom(1, 3);
    cluster.await(
        "somebody misses somebody",
        () -> cluster.nodes.stream().anyMatch(node -> !node.says("members 3")));
    long healedNanos = cluster.ticker.nanos();
    cluster.network.passFrom(1, 3);
    cluster.awaitWhole("passes", healedNanos);
  }

  private static void restartedWhileCut(Cluster cluster) {
    cluster.network.cut(3);
    cluster.node(3).kill9();
    cluster.node(3).supervise();
    cluster.await("alone", () -> cluster.node(3).says("members 1 hears true"));
    long healedNanos = cluster.ticker.nanos();
    cluster.network.heal(3);
    cluster.awaitWhole("joined", healedNanos);
  }

  /** Three processes, and a supervisor that starts again what ends. */
  private static final class Cluster implements AutoCloseable {

    private final Ticker ticker = Ticker.system();
    private final CutNetwork network;
    private final Path folder;
    private final Map<Integer, NodeProcess> byNumber = new TreeMap<>();
    private final Collection<NodeProcess> nodes = byNumber.values();

    Cluster(CutNetwork network, Path folder) {
      this.network = network;
      this.folder = folder;
    }

    /** One after the other: the first is the oldest member. */
    void start(int... numbers) {
      for (int number : numbers) {
        NodeProcess node =
            new NodeProcess(
                "node" + number,
                folder,
                network.on(number),
                List.of("members=" + MEMBERS, "host=" + CutNetwork.address(number)));
        byNumber.put(number, node);
        await("node" + number + " joined", () -> node.says("members " + nodes.size()));
      }
    }

    NodeProcess node(int number) {
      return Objects.requireNonNull(byNumber.get(number), "start() comes first");
    }

    long millisSince(long nanos) {
      return (ticker.nanos() - nanos) / 1_000_000;
    }

    /** Waits for three members that each hear what each says. */
    void awaitWhole(String what, long sinceNanos) {
      await(what, () -> nodes.stream().allMatch(node -> node.says("members 3 hears true")));
      for (NodeProcess from : nodes) {
        for (NodeProcess to : nodes) {
          awaitHeard(from, to, what + "-" + from.name());
        }
      }
      if (sinceNanos != 0) {
        log.info(
            "{}: whole after {} ms, with {} restarts",
            what,
            millisSince(sinceNanos),
            nodes.stream().mapToInt(NodeProcess::supervise).sum());
      }
    }

    void awaitHeard(NodeProcess from, NodeProcess to, String news) {
      await(
          news + " in " + to.name(),
          () -> {
            from.publish(news);
            return to.hasHeard(news);
          });
    }

    void await(String what, java.util.function.BooleanSupplier condition) {
      try {
        Eventually.holds(
            what,
            PATIENCE,
            () -> {
              nodes.forEach(NodeProcess::supervise);
              return condition.getAsBoolean();
            });
      } catch (AssertionError e) {
        StringBuilder logs = new StringBuilder(what);
        nodes.forEach(node -> logs.append('\n').append(node.log()));
        throw new AssertionError(logs.toString(), e);
      }
    }

    @Override
    public void close() {
      nodes.forEach(NodeProcess::close);
    }
  }
}
