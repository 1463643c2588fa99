package io.pigpig.edge;

import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Opened;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.sandbox.TestPeers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** What a stack is started with, and all that is to be closed in the end. */
record StackSetup(Opened opened, TestPeers peers, Map<String, String> settings) {

  /** A start. */
  @FunctionalInterface
  interface Starting {
    TestStack start() throws IOException;
  }

  /**
   * A fresh database, a folder, and these peers.
   *
   * @param name of the database
   */
  static StackSetup of(String name, TestPeers peers) throws IOException {
    String database = TestStores.freshDatabase(name);
    Opened opened = new Opened();
    opened.add(peers::close);
    Path folder = Files.createTempDirectory("pigpig-stack");
    opened.add(() -> delete(folder));
    return new StackSetup(opened, peers, settings(folder, database, peers));
  }

  private static Map<String, String> settings(Path folder, String database, TestPeers peers)
      throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("server.port", "0");
    settings.put("server.event-loops", "2");
    settings.put("management.port", "0");
    settings.put("grpc.port", "0");
    settings.put("auth.development-issuer", "on");
    settings.put("stores.data", folder.toString());
    settings.put("stores.postgres-url", database);
    settings.put("stores.redis-url", TestStores.redisUrl());
    settings.put("payment.url", TestPeers.url(peers.paymentPort()));
    settings.put("carrier.url", TestPeers.url(peers.carrierPort()));
    return settings;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Starts a process with these settings and others. */
  EdgeProcess started(Map<String, String> more) {
    Map<String, String> its = new HashMap<>(settings);
    its.putAll(more);
    EdgeProcess process = new EdgeProcess(SettingsReader.read(EdgeSettings.class, its));
    process.start();
    return opened.add(process);
  }

  /** A stack that started whole; of one that did not, all that was started is closed. */
  TestStack whole(Starting starting) throws IOException {
    try {
      return starting.start();
    } catch (IOException | RuntimeException | Error e) {
      closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(Throwable cause) {
    try {
      opened.close();
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }
}
