package io.pigpig.runtime.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * One server of a {@link TestRedisCluster}, known by its port whatever its part in the cluster is.
 * Blocking; one test thread.
 */
public final class TestRedisNode {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How long a node is silent until the others call it failed. */
  private static final int NODE_TIMEOUT_MILLIS = 2_000;

  private final int port;
  private final Path folder;
  private Process process;

  TestRedisNode(int port, Path folder) throws IOException {
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

  /** Whether it answers, and not another one that was quicker to take its port. */
  boolean answers() {
    try {
      return RedisInfo.number(say("INFO", "server"), "process_id") == process.pid();
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** Its own line of {@code CLUSTER NODES}, in words. */
  String[] itself() {
    return lines().stream()
        .filter(line -> line.contains("myself"))
        .findFirst()
        .orElseThrow()
        .split(" ", -1);
  }

  List<String> lines() {
    return say("CLUSTER", "NODES").lines().toList();
  }

  boolean isMaster() {
    return itself()[2].contains("master");
  }

  boolean has(int slot) {
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

  /** How many bytes of changes it has told, or as a replica heard. */
  public long heard() {
    return RedisInfo.number(say("INFO", "replication"), "master_repl_offset");
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

  /** As {@link #kill9}, without waiting. */
  void destroy() {
    process.destroyForcibly();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public String toString() {
    return address();
  }
}
