package io.pigpig.origins;

import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.sandbox.TestPeers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Processes of which some techniques are switched back, on the test stores and a fresh database.
 */
final class OriginProcesses implements AutoCloseable {

  private final Origins origins;
  private final TestPeers peers = new TestPeers();
  private final Map<String, String> settings = new HashMap<>();
  private final Deque<EdgeProcess> started = new ArrayDeque<>();

  OriginProcesses(Origins origins, Path folder) throws Exception {
    this.origins = origins;
    settings.put("server.port", "0");
    settings.put("server.event-loops", "2");
    settings.put("management.port", "0");
    settings.put("grpc.port", "0");
    settings.put("auth.development-issuer", "on");
    settings.put("stores.data", folder.toString());
    settings.put("stores.postgres-url", TestStores.freshDatabase("origins"));
    settings.put("stores.redis-url", TestStores.redisUrl());
    settings.put("payment.url", TestPeers.url(peers.paymentPort()));
    settings.put("carrier.url", TestPeers.url(peers.carrierPort()));
    List<String> more = origins.arguments();
    for (int i = 0; i < more.size(); i += 2) {
      settings.put(more.get(i).substring("--".length()), more.get(i + 1));
    }
  }

  /** One of every role. */
  EdgeProcess all() {
    return start("all");
  }

  /** A process of each role, two of orders; the one that serves HTTP. */
  EdgeProcess roles() {
    settings.put("services.render", at(start("render")));
    settings.put("services.stock", at(start("stock")));
    settings.put("services.order", at(start("order")) + "," + at(start("order")));
    return start("gateway");
  }

  private EdgeProcess start(String role) {
    Map<String, String> its = new HashMap<>(settings);
    its.put("process.role", role);
    EdgeProcess process =
        new EdgeProcess(SettingsReader.read(EdgeSettings.class, its), () -> {}, origins.choices());
    process.start();
    started.push(process);
    return process;
  }

  private static String at(EdgeProcess process) {
    return "127.0.0.1:" + process.grpcPort();
  }

  @Override
  public void close() throws IOException {
    try {
      started.forEach(EdgeProcess::close);
    } finally {
      peers.close();
    }
  }
}
