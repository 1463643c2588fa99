package io.pigpig.edge.process;

import io.pigpig.runtime.stores.TestStores;
import io.pigpig.sandbox.TestPeers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Stores and peers that outlive the programs which a test starts on them. Close it. */
final class SharedStores implements AutoCloseable {

  private final List<String> flags;
  private final TestPeers peers;
  private final String postgresUrl;

  /**
   * @param name of the database
   * @param more flags of every program
   */
  SharedStores(String name, String... more) throws IOException {
    peers = new TestPeers();
    postgresUrl = TestStores.freshDatabase(name);
    flags =
        new ArrayList<>(
            List.of(
                "--pg",
                postgresUrl,
                "--redis",
                TestStores.freshRedis(),
                "--payment.url",
                TestPeers.url(peers.paymentPort()),
                "--carrier.url",
                TestPeers.url(peers.carrierPort()),
                "--auth.development-issuer",
                "on",
                "--server.event-loops",
                "1",
                "--order.production-delay",
                "0s"));
    flags.addAll(List.of(more));
  }

  /** Starts the program on these stores; the folder holds only its secrets. */
  Program start(Path folder, String... properties) {
    return Program.start(folder, Program.freePort(), List.of(properties), flags);
  }

  /** The database that they share. */
  String postgresUrl() {
    return postgresUrl;
  }

  TestPeers peers() {
    return peers;
  }

  /** What became of an order's charges with the payment provider, oldest first. */
  List<String> charges(String orderId) {
    return statuses(peers.paymentPort(), orderId);
  }

  /** What became of an order's waybills with the carrier, oldest first. */
  List<String> waybills(String orderId) {
    return statuses(peers.carrierPort(), orderId);
  }

  private List<String> statuses(int port, String orderId) {
    return peers.ledger(port, orderId).stream().map(e -> e.getString("status")).toList();
  }

  @Override
  public void close() throws IOException {
    peers.close();
  }
}
