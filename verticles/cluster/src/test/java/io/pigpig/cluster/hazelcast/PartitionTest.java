package io.pigpig.cluster.hazelcast;

import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three processes on three machines whose network is cut and healed. Nobody helps: afterwards each
 * hears each other again, or has ended itself as deaf, was started again by a supervisor, and then
 * hears. Where there are no network namespaces these tests are not there, and the log says why.
 */
final class PartitionTest {

  private static final Logger log = LoggerFactory.getLogger(PartitionTest.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String MEMBERS = "10.77.0.1:5701,10.77.0.2:5701,10.77.0.3:5701";

  @TestFactory
  Stream<DynamicTest> partitions() {
    String reason = CutNetwork.reasonAgainst();
    if (!reason.isEmpty()) {
      log.warn("no test with a cut network, which needs root and ip: {}", reason);
      return Stream.of();
    }
    return Stream.of(
        test("cut 2|1 and healed, twice", PartitionTest::twoAndOne),
        test("one of three links loses one direction", PartitionTest::oneWay),
        test("started again while it is cut off", PartitionTest::restartedWhileCut));
  }

  private static DynamicTest test(String name, Consumer<Cluster> scenario) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          Path folder = Files.createTempDirectory("pigpig-partition");
          try (CutNetwork network = new CutNetwork(3)) {
            network.open();
            try (Cluster cluster = new Cluster(network, folder)) {
              cluster.awaitWhole("started", 0);
              scenario.accept(cluster);
            }
          } finally {
            delete(folder);
          }
        });
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

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
    private final List<NodeProcess> nodes = new ArrayList<>();

    Cluster(CutNetwork network, Path folder) {
      this.network = network;
      for (int i = 1; i <= 3; i++) {
        nodes.add(
            new NodeProcess(
                "node" + i,
                folder,
                network.on(i),
                List.of("members=" + MEMBERS, "host=" + CutNetwork.address(i))));
      }
    }

    NodeProcess node(int number) {
      return nodes.get(number - 1);
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
      nodes.forEach(NodeProcess::kill9);
    }
  }
}
