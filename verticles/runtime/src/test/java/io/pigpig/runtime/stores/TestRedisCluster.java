package io.pigpig.runtime.stores;

import io.pigpig.runtime.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * A real Redis Cluster on this machine: three masters with one replica each, in a temporary folder
 * and on free ports. Blocking; one test thread. Close it; a JVM that ends without doing so stops it
 * as well.
 */
public final class TestRedisCluster implements AutoCloseable {

  private static final int SLOTS = 16_384;
  private static final int MASTERS = 3;
  private static final int NODES = 2 * MASTERS;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PORT_TRIES = 5;
  private static final Duration ORDER_LASTS = Duration.ofSeconds(6);

  private final Path folder;
  private final List<TestRedisNode> nodes = new ArrayList<>();
  private final Thread atExit = new Thread(this::kill, "test-cluster-closer");

  private TestRedisCluster(Path folder) {
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Returns once every node knows that all slots are served and every replica has its data. */
  public static TestRedisCluster start() throws IOException {
    TestRedisCluster cluster = new TestRedisCluster(Files.createTempDirectory("pigpig-cluster"));
    try {
      cluster.startNodes();
      cluster.join();
      return cluster;
    } catch (IOException | RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void startNodes() throws IOException {
    for (int i = 0; i < NODES; i++) {
      startNode(Files.createDirectory(folder.resolve("node-" + i)));
    }
  }

  /** On another pair of ports when one was taken while it started. */
  private void startNode(Path home) throws IOException {
    for (int attempt = 1; attempt <= PORT_TRIES; attempt++) {
      TestRedisNode node = new TestRedisNode(freePort(), home);
      nodes.add(node);
      eventually(node + " answers or ends", () -> node.answers() || !node.isAlive());
      if (node.isAlive()) {
        return;
      }
      nodes.remove(node);
    }
    throw new IOException(Files.readString(home.resolve("server.log")));
  }

  /** The nodes speak to each other on the port 10 000 above; both are below those of clients. */
  private static int freePort() throws IOException {
    for (int attempt = 0; attempt < 1_000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(10_001, 22_000);
      if (DataFolder.isFree(port) && DataFolder.isFree(port + 10_000)) {
        return port;
      }
    }
    throw new IOException("no free pair of ports");
  }

  private void join() {
    for (int i = 0; i < NODES; i++) {
      nodes.get(i).say("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
    }
    for (int i = 0; i < MASTERS; i++) {
      List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      IntStream.range(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS)
          .forEach(slot -> command.add(Integer.toString(slot)));
      nodes.get(i).say(command.toArray(String[]::new));
    }
    eventually("every node knows the others", this::met);
    for (int i = MASTERS; i < NODES; i++) {
      nodes.get(i).say("CLUSTER", "REPLICATE", nodes.get(i - MASTERS).say("CLUSTER", "MYID"));
    }
    awaitWhole();
  }

  /** A handshake that took too long is forgotten, so it is begun until it worked. */
  private boolean met() {
    TestRedisNode first = nodes.getFirst();
    for (TestRedisNode node : nodes) {
      if (node != first && !knows(first, node)) {
        first.say("CLUSTER", "MEET", "127.0.0.1", Integer.toString(node.port()));
      }
    }
    return nodes.stream().allMatch(one -> nodes.stream().allMatch(other -> knows(one, other)));
  }

  private static boolean knows(TestRedisNode one, TestRedisNode other) {
    return one.lines().stream()
        .anyMatch(line -> line.contains(":" + other.port() + "@") && !line.contains("handshake"));
  }

  /** Waits until all living nodes agree that every slot is served and every replica follows. */
  public void awaitWhole() {
    eventually("a whole cluster", () -> living().stream().allMatch(TestRedisCluster::isContent));
  }

  private static boolean isContent(TestRedisNode node) {
    String info = node.say("CLUSTER", "INFO");
    return info.contains("cluster_state:ok")
        && info.contains("cluster_slots_ok:" + SLOTS)
        && info.contains("cluster_size:" + MASTERS)
        && (node.isMaster() || node.say("INFO", "replication").contains("master_link_status:up"));
  }

  /** {@code redis-cluster://} with every node. */
  public String url() {
    return "redis-cluster://"
        + String.join(",", nodes.stream().map(TestRedisNode::address).toList());
  }

  public List<TestRedisNode> nodes() {
    return List.copyOf(nodes);
  }

  private List<TestRedisNode> living() {
    return nodes.stream().filter(TestRedisNode::isAlive).toList();
  }

  /** The living node that says it is the master of the key's slot. */
  public TestRedisNode masterOf(String key) {
    int slot = slotOf(key);
    List<TestRedisNode> found = new ArrayList<>();
    eventually(
        "one master of " + key,
        () -> {
          found.clear();
          living().stream().filter(node -> node.has(slot)).forEach(found::add);
          return found.size() == 1;
        });
    return found.getFirst();
  }

  public int slotOf(String key) {
    return Integer.parseInt(living().getFirst().say("CLUSTER", "KEYSLOT", key));
  }

  /** The living node that follows this master. */
  public TestRedisNode replicaOf(TestRedisNode master) {
    String id = master.say("CLUSTER", "MYID");
    return living().stream().filter(node -> node.itself()[3].equals(id)).findFirst().orElseThrow();
  }

  /** Another master than this one. */
  public TestRedisNode otherMaster(TestRedisNode master) {
    return living().stream()
        .filter(node -> node != master && node.isMaster())
        .findFirst()
        .orElseThrow();
  }

  /**
   * Makes a replica the master of its slots, by order. An order that was not voted for within five
   * seconds is forgotten, such as one too soon after another election, so it is given again.
   */
  public void takeOver(TestRedisNode replica) {
    Ticker ticker = Ticker.system();
    AtomicLong given = new AtomicLong(ticker.nanos() - ORDER_LASTS.toNanos());
    eventually(
        replica + " takes over",
        () -> {
          if (replica.isMaster()) {
            return true;
          }
          if (ticker.nanos() - given.get() >= ORDER_LASTS.toNanos()) {
            replica.say("CLUSTER", "FAILOVER");
            given.set(ticker.nanos());
          }
          return false;
        });
  }

  /**
   * Lets a replica hear nothing more of its master, though both go on as nodes of the cluster,
   * until {@link #letListen}.
   */
  public void cutOff(TestRedisNode replica, TestRedisNode master) {
    replica.say("CONFIG", "SET", "masterauth", "a password that the master does not know");
    master.say("CLIENT", "KILL", "TYPE", "replica");
    eventually(
        replica + " is cut off",
        () -> master.say("INFO", "replication").contains("connected_slaves:0"));
  }

  public void letListen(TestRedisNode replica) {
    replica.say("CONFIG", "SET", "masterauth", "");
  }

  private static void eventually(String what, BooleanSupplier condition) {
    Eventually.holds(what, PATIENCE, condition);
  }

  private void kill() {
    nodes.forEach(TestRedisNode::destroy);
  }

  @Override
  public void close() throws IOException {
    nodes.forEach(TestRedisNode::kill9);
    Runtime.getRuntime().removeShutdownHook(atExit);
    DataFolder.delete(folder);
  }
}
