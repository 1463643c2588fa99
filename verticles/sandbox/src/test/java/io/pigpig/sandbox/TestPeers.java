package io.pigpig.sandbox;

import io.pigpig.runtime.peer.PeerClient;
import io.pigpig.runtime.peer.PeerSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The sandbox payment provider and carrier of one test, in this JVM, on a folder of their own. */
public final class TestPeers {

  private static final long WAIT_SECONDS = 30;

  private final Vertx vertx = Vertx.vertx();
  private final Path folder;
  private final SandboxPeer payment;
  private final SandboxPeer carrier;
  private final int paymentPort;
  private final int carrierPort;

  /** Opens both on free ports; close it. */
  public TestPeers() throws IOException {
    this("", "");
  }

  /**
   * Opens both, and each tells its callbacks.
   *
   * @param callbackUrl what stands before a peer's name
   * @param secretFile of both
   */
  public TestPeers(String callbackUrl, String secretFile) throws IOException {
    folder = Files.createTempDirectory("peers");
    payment = peer(PeerKind.PAYMENT, callbackUrl, secretFile);
    carrier = peer(PeerKind.CARRIER, callbackUrl, secretFile);
    paymentPort = await(payment.open());
    carrierPort = await(carrier.open());
  }

  private SandboxPeer peer(PeerKind kind, String callbackUrl, String secretFile)
      throws IOException {
    String name = kind.name().toLowerCase(Locale.ROOT);
    Map<String, String> values =
        Map.of(
            "data",
            folder.resolve(kind.name()).toString(),
            "silence-max",
            "500ms",
            "callback.url",
            callbackUrl.isEmpty() ? "" : callbackUrl + name,
            "callback.secret-file",
            secretFile,
            "callback.retry-first",
            "1ms");
    SandboxSettings settings = SettingsReader.read(SandboxSettings.class, values);
    return new SandboxPeer(vertx, kind, settings, () -> {});
  }

  public int paymentPort() {
    return paymentPort;
  }

  public int carrierPort() {
    return carrierPort;
  }

  /** The URL of the peer on a port. */
  public static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  /** A client of the peer on a port, for the loops of {@code vertx}. */
  public static PeerClient client(Vertx vertx, int port) {
    PeerSettings settings = SettingsReader.read(PeerSettings.class, Map.of());
    return new PeerClient(vertx, url(port), settings);
  }

  /** Scripts faults: {@code operation fault probability [times [delayMillis]]} each. */
  public void faults(int port, long seed, List<String> rules) {
    JsonArray script = new JsonArray();
    for (String rule : rules) {
      String[] parts = rule.split(" ", -1);
      JsonObject fault = new JsonObject().put("operation", parts[0]).put("fault", parts[1]);
      fault.put("probability", Double.parseDouble(parts[2]));
      if (parts.length > 3) {
        fault.put("times", Long.parseLong(parts[3]));
      }
      if (parts.length > 4) {
        fault.put("delayMillis", Long.parseLong(parts[4]));
      }
      script.add(fault);
    }
    JsonObject body = new JsonObject().put("seed", seed).put("rules", script);
    var client = vertx.createHttpClient();
    try {
      int status =
          await(
                  client
                      .request(HttpMethod.PUT, port, "127.0.0.1", "/v1/faults")
                      .compose(request -> request.send(body.toBuffer())))
              .statusCode();
      if (status != 200) {
        throw new IllegalStateException("the sandbox answered " + status);
      }
    } finally {
      await(client.close());
    }
  }

  /** What a peer's ledger holds of an order, oldest first. */
  public List<JsonObject> ledger(int port, String orderId) {
    PeerClient client = client(vertx, port);
    try {
      return await(client.get("/v1/ledger?after=0&limit=1000"))
          .body()
          .getJsonArray("entries")
          .stream()
          .map(JsonObject.class::cast)
          .filter(entry -> entry.getString("key").startsWith(orderId))
          .toList();
    } finally {
      await(client.close());
    }
  }

  /** Whether every entry of both ledgers was told and acknowledged. */
  public boolean allTold() {
    return List.of(PeerKind.values()).stream().allMatch(this::isTold);
  }

  private boolean isTold(PeerKind kind) {
    Path its = folder.resolve(kind.name());
    try (var entries = Files.lines(its.resolve("ledger.jsonl"))) {
      return Files.readString(its.resolve("callbacks.cursor")).equals("" + entries.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void close() throws IOException {
    await(payment.close());
    await(carrier.close());
    await(vertx.close());
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
