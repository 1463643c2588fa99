package io.pigpig.runtime.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  /** How long a node is silent until the others call it failed. */
  private static final int NODE_TIMEOUT_MILLIS = 2_000;

  private final Path folder;
  private final List<Node> nodes = new ArrayList<>();
  private final Thread atExit = new Thread(this::kill, "test-cluster-closer");

  /** One server, known by its port whatever its part in the cluster is. */
  public static final class Node {

    private final int port;
    private final Path folder;
    private Process process;

    private Node(int port, Path folder) throws IOException {
      this.port = port;
      this.folder = folder;
      this.process = started();
    }

    private Process started() throws IOException {
      List<String> command = new ArrayList<>();
      command.add(TestStores.binaries().redis().toString());
      command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
      command.addAll(List.of("--dir", folder.toString(), "--save", "", "--appendonly", "no"));
      command.addAll(List.of("--maxmemory-policy", "noeviction"));
      command.addAll(List.of("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"));
      command.addAll(List.of("--cluster-enabled", "yes"));
      command.addAll(List.of("--cluster-config-file", "nodes.conf"));
      command.addAll(List.of("--cluster-node-timeout", Integer.toString(NODE_TIMEOUT_MILLIS)));
      // A replica that was cut off for long stands for election all the same.
      command.addAll(List.of("--cluster-replica-validity-factor", "0"));
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()))
          .start();
    }

    /** {@code 127.0.0.1:port}. */
    public String address() {
      return "127.0.0.1:" + port;
    }

    int port() {
      return port;
    }

    /** What it answers to one command: a text or a number. */
    public String say(String... command) {
      try {
        return RedisProbe.of("redis://" + address()).ask(List.of(List.of(command))).getFirst();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private boolean answers() {
      try {
        return say("PING").equals("PONG");
      } catch (UncheckedIOException e) {
        return false;
      }
    }

    /** Its own line of {@code CLUSTER NODES}, in words. */
    private String[] itself() {
      return lines().stream()
          .filter(line -> line.contains("myself"))
          .findFirst()
          .orElseThrow()
          .split(" ", -1);
    }

    private List<String> lines() {
      return say("CLUSTER", "NODES").lines().toList();
    }

    private boolean isMaster() {
      return itself()[2].contains("master");
    }

    private boolean has(int slot) {
      String[] words = itself();
      return isMaster()
          && IntStream.range(8, words.length)
              .mapToObj(i -> words[i].split("-", 2))
              .anyMatch(
                  range ->
                      !range[0].startsWith("[")
                          && Integer.parseInt(range[0]) <= slot
                          && slot <= Integer.parseInt(range[range.length - 1]));
    }

    /** As {@code kill -9} does. */
    public void kill9() {
      process.destroyForcibly();
      process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Starts it again, with what it knew of the cluster and without data. */
    public void startAgain() throws IOException {
      process = started();
      Eventually.holds("node " + address(), PATIENCE, this::answers);
    }

    boolean isAlive() {
      return process.isAlive();
    }

    @Override
    public String toString() {
      return address();
    }
  }

  private TestRedisCluster(Path folder) {
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Returns once every node knows that all slots are served and every replica has its data. */
  public static TestRedisCluster start() throws IOException {
    TestRedisCluster cluster = new TestRedisCluster(Files.createTempDirectory("pigpig-cluster"));
    try {
      cluster.startNodes(NODES);
      cluster.join();
      return cluster;
    } catch (IOException | RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** One node of cluster mode that no other knows and that has no slots. */
  public static TestRedisCluster startLoneNode() throws IOException {
    TestRedisCluster cluster = new TestRedisCluster(Files.createTempDirectory("pigpig-cluster"));
    try {
      cluster.startNodes(1);
      return cluster;
    } catch (IOException | RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void startNodes(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      nodes.add(new Node(freePort(), Files.createDirectory(folder.resolve("node-" + i))));
    }
    eventually("every node answers", () -> nodes.stream().allMatch(Node::answers));
  }

  /** The nodes speak to each other on the port 10 000 above. */
  private int freePort() throws IOException {
    for (int port = 10_001; port < 22_000; port++) {
      int candidate = port;
      if (nodes.stream().noneMatch(node -> node.port == candidate)
          && DataFolder.isFree(port)
          && DataFolder.isFree(port + 10_000)) {
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
    Node first = nodes.getFirst();
    for (Node node : nodes) {
      if (node != first && !knows(first, node)) {
        first.say("CLUSTER", "MEET", "127.0.0.1", Integer.toString(node.port));
      }
    }
    return nodes.stream().allMatch(one -> nodes.stream().allMatch(other -> knows(one, other)));
  }

  private static boolean knows(Node one, Node other) {
    return one.lines().stream()
        .anyMatch(line -> line.contains(":" + other.port + "@") && !line.contains("handshake"));
  }

  /** Waits until all living nodes agree that every slot is served and every replica follows. */
  public void awaitWhole() {
    eventually("a whole cluster", () -> living().stream().allMatch(TestRedisCluster::isContent));
  }

  private static boolean isContent(Node node) {
    String info = node.say("CLUSTER", "INFO");
    return info.contains("cluster_state:ok")
        && info.contains("cluster_slots_ok:" + SLOTS)
        && info.contains("cluster_size:" + MASTERS)
        && (node.isMaster() || node.say("INFO", "replication").contains("master_link_status:up"));
  }

  /** {@code redis-cluster://} with every node. */
  public String url() {
    return "redis-cluster://" + String.join(",", nodes.stream().map(Node::address).toList());
  }

  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  private List<Node> living() {
    return nodes.stream().filter(Node::isAlive).toList();
  }

  /** The living node that says it is the master of the key's slot. */
  public Node masterOf(String key) {
    int slot = slotOf(key);
    List<Node> found = new ArrayList<>();
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
  public Node replicaOf(Node master) {
    String id = master.say("CLUSTER", "MYID");
    return living().stream().filter(node -> node.itself()[3].equals(id)).findFirst().orElseThrow();
  }

  /** Another master than this one. */
  public Node otherMaster(Node master) {
    return living().stream()
        .filter(node -> node != master && node.isMaster())
        .findFirst()
        .orElseThrow();
  }

  private static void eventually(String what, BooleanSupplier condition) {
    Eventually.holds(what, PATIENCE, condition);
  }

  private void kill() {
    nodes.forEach(node -> node.process.destroyForcibly());
  }

  @Override
  public void close() throws IOException {
    nodes.forEach(Node::kill9);
    Runtime.getRuntime().removeShutdownHook(atExit);
    DataFolder.delete(folder);
  }
}
