package io.pigpig.edge;

import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.sandbox.TestPeers;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The real process on the test stores, and a client of its HTTP. Each has a database of its own.
 * Blocking; close it.
 */
public final class TestStack {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EdgeProcess process;
  private final List<EdgeProcess> others;
  private final TestPeers peers;
  private final Path folder;
  private final String database;
  private final Map<String, String> settings;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  private TestStack(
      EdgeProcess process,
      List<EdgeProcess> others,
      TestPeers peers,
      Path folder,
      Map<String, String> settings) {
    this.process = process;
    this.others = List.copyOf(others);
    this.peers = peers;
    this.folder = folder;
    this.settings = Map.copyOf(settings);
    this.database = settings.getOrDefault("stores.postgres-url", "");
  }

  /**
   * Starts a process on a fresh database.
   *
   * @param name of the database
   * @param overrides settings by full name
   */
  public static TestStack start(String name, Map<String, String> overrides) throws IOException {
    return start(name, overrides, new TestPeers());
  }

  /** As {@link #start(String, Map)}, with peers that it closes in the end. */
  public static TestStack start(String name, Map<String, String> overrides, TestPeers peers)
      throws IOException {
    String database = TestStores.freshDatabase(name);
    Path folder = Files.createTempDirectory("pigpig-stack");
    Map<String, String> settings = settings(folder, database, peers);
    settings.putAll(overrides);
    return new TestStack(started(settings), List.of(), peers, folder, settings);
  }

  /** Starts one gateway, two processes of orders, one of stock and one of designs, over gRPC. */
  public static TestStack startRoles(String name, Map<String, String> overrides)
      throws IOException {
    return startRoles(name, overrides, List.of(Map.of(), Map.of(), Map.of()));
  }

  /** As {@link #startRoles}, with the gateway and both processes of orders on one clustered bus. */
  public static TestStack startClustered(String name) throws IOException {
    List<Integer> ports = List.of(freePort(), freePort(), freePort());
    String members =
        ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    List<Map<String, String>> each =
        ports.stream()
            .map(
                port ->
                    Map.of(
                        "cluster.members",
                        members,
                        "cluster.port",
                        Integer.toString(port),
                        "cluster.bus-port",
                        "0"))
            .toList();
    return startRoles(name, Map.of(), each);
  }

  /** The same processes, who find each other through the etcd at this address. */
  public static TestStack startByEtcd(String name, String etcd, Duration leaseTtl)
      throws IOException {
    TestPeers peers = new TestPeers();
    String database = TestStores.freshDatabase(name);
    Path folder = Files.createTempDirectory("pigpig-stack");
    Map<String, String> settings = settings(folder, database, peers);
    settings.put("etcd.addresses", etcd);
    settings.put("etcd.lease-ttl", leaseTtl.toMillis() + "ms");
    List<EdgeProcess> others = new ArrayList<>();
    for (String role : List.of("render", "stock", "order", "order")) {
      role(role, settings, Map.of(), others);
    }
    settings.put("process.role", "gateway");
    return new TestStack(started(settings), others, peers, folder, settings);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /**
   * @param each more settings of the two processes of orders and of the gateway
   */
  private static TestStack startRoles(
      String name, Map<String, String> overrides, List<Map<String, String>> each)
      throws IOException {
    TestPeers peers = new TestPeers();
    String database = TestStores.freshDatabase(name);
    Path folder = Files.createTempDirectory("pigpig-stack");
    Map<String, String> settings = settings(folder, database, peers);
    settings.putAll(overrides);
    List<EdgeProcess> others = new ArrayList<>();
    EdgeProcess render = role("render", settings, Map.of(), others);
    settings.put("services.render", at(render));
    EdgeProcess stock = role("stock", settings, Map.of(), others);
    settings.put("services.stock", at(stock));
    EdgeProcess one = role("order", settings, each.get(0), others);
    EdgeProcess two = role("order", settings, each.get(1), others);
    settings.put("services.order", at(one) + "," + at(two));
    settings.put("process.role", "gateway");
    settings.putAll(each.get(2));
    return new TestStack(started(settings), others, peers, folder, settings);
  }

  private static EdgeProcess role(
      String role,
      Map<String, String> settings,
      Map<String, String> more,
      List<EdgeProcess> others) {
    Map<String, String> its = new HashMap<>(settings);
    its.putAll(more);
    its.put("process.role", role);
    EdgeProcess process = started(its);
    others.addFirst(process);
    return process;
  }

  private static String at(EdgeProcess process) {
    return "127.0.0.1:" + process.grpcPort();
  }

  private static EdgeProcess started(Map<String, String> settings) {
    EdgeProcess process = new EdgeProcess(SettingsReader.read(EdgeSettings.class, settings));
    process.start();
    return process;
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

  public void close() throws IOException {
    process.close();
    others.forEach(EdgeProcess::close);
    peers.close();
    client.shutdownNow();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Starts another process as this one, on the same stores; the caller closes it. */
  public EdgeProcess startBeside() {
    return started(settings);
  }

  public EdgeProcess process() {
    return process;
  }

  /** Every process of this stack. */
  public List<EdgeProcess> processes() {
    List<EdgeProcess> all = new ArrayList<>(others);
    all.add(process);
    return all;
  }

  /** The payment provider and the carrier of this stack. */
  public TestPeers peers() {
    return peers;
  }

  /** The {@code postgresql://} URL of this stack's database. */
  public String database() {
    return database;
  }

  public int port() {
    return process.port();
  }

  public int managementPort() {
    return process.managementPort();
  }

  public HttpClient client() {
    return client;
  }

  /** A token of this customer, asked for once. */
  public String token(String customer, String role) {
    return tokens.computeIfAbsent(
        role + ":" + customer,
        absent -> {
          JsonObject body = new JsonObject().put("customer", customer).put("role", role);
          HttpResponse<String> answer = send(request("POST", "/api/v1/auth/token", body.encode()));
          return new JsonObject(answer.body()).getString("access_token");
        });
  }

  /** A request with a JSON body, or none when {@code json} is empty. */
  public HttpRequest.Builder request(String method, String path, String json) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).timeout(PATIENCE);
    return json.isEmpty()
        ? request.method(method, BodyPublishers.noBody())
        : request
            .method(method, BodyPublishers.ofString(json))
            .header("Content-Type", "application/json");
  }

  public HttpRequest.Builder as(String customer, String method, String path, String json) {
    return request(method, path, json)
        .header("Authorization", "Bearer " + token(customer, "customer"));
  }

  public HttpRequest.Builder asOperator(String method, String path, String json) {
    return request(method, path, json)
        .header("Authorization", "Bearer " + token("ops", "operator"));
  }

  /** An order of one line. */
  public HttpRequest.Builder order(String customer, String key, String sku, int quantity) {
    return as(customer, "POST", "/api/v1/orders", lines(sku, quantity))
        .header("Idempotency-Key", key);
  }

  public static String lines(String sku, int quantity) {
    return "{\"lines\":[{\"sku\":\"" + sku + "\",\"quantity\":" + quantity + "}]}";
  }

  public static String key() {
    return UUID.randomUUID().toString();
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public JsonObject json(HttpRequest.Builder request) {
    return new JsonObject(send(request).body());
  }

  /** Places an order that must be accepted; answers it. */
  public JsonObject place(String customer, String sku, int quantity) {
    HttpResponse<String> answer = send(order(customer, key(), sku, quantity));
    if (answer.statusCode() != 201) {
      throw new AssertionError("not accepted: " + answer.body());
    }
    return new JsonObject(answer.body());
  }
}
