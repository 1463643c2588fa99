package io.pigpig.edge;

import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.runtime.stores.Opened;
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
  private final Opened opened;
  private final String database;
  private final Map<String, String> settings;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final Map<String, String> tokens = new ConcurrentHashMap<>();

  private TestStack(EdgeProcess process, List<EdgeProcess> others, StackSetup setup) {
    this.process = process;
    this.others = List.copyOf(others);
    this.peers = setup.peers();
    this.opened = setup.opened();
    this.settings = Map.copyOf(setup.settings());
    this.database = setup.settings().getOrDefault("stores.postgres-url", "");
    opened.add(client::shutdownNow);
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
    StackSetup setup = StackSetup.of(name, peers);
    setup.settings().putAll(overrides);
    return setup.whole(() -> new TestStack(setup.started(Map.of()), List.of(), setup));
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
    StackSetup setup = StackSetup.of(name, new TestPeers());
    setup.settings().put("etcd.addresses", etcd);
    setup.settings().put("etcd.lease-ttl", leaseTtl.toMillis() + "ms");
    return setup.whole(
        () -> {
          List<EdgeProcess> others = new ArrayList<>();
          for (String role : List.of("render", "stock", "order", "order")) {
            others.add(setup.started(Map.of("process.role", role)));
          }
          setup.settings().put("process.role", "gateway");
          return new TestStack(setup.started(Map.of()), others, setup);
        });
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
    StackSetup setup = StackSetup.of(name, new TestPeers());
    setup.settings().putAll(overrides);
    return setup.whole(() -> startRoles(setup, each));
  }

  private static TestStack startRoles(StackSetup setup, List<Map<String, String>> each) {
    EdgeProcess render = setup.started(Map.of("process.role", "render"));
    setup.settings().put("services.render", at(render));
    EdgeProcess stock = setup.started(Map.of("process.role", "stock"));
    setup.settings().put("services.stock", at(stock));
    EdgeProcess one = setup.started(with(each.get(0), "order"));
    EdgeProcess two = setup.started(with(each.get(1), "order"));
    setup.settings().put("services.order", at(one) + "," + at(two));
    setup.settings().putAll(with(each.get(2), "gateway"));
    return new TestStack(setup.started(Map.of()), List.of(two, one, stock, render), setup);
  }

  private static Map<String, String> with(Map<String, String> some, String role) {
    Map<String, String> all = new HashMap<>(some);
    all.put("process.role", role);
    return all;
  }

  private static String at(EdgeProcess process) {
    return "127.0.0.1:" + process.grpcPort();
  }

  /** Stops what was started last first, and leaves nothing behind whatever fails on the way. */
  public void close() throws IOException {
    try {
      opened.close();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Starts another process as this one, on the same stores; it is closed with this stack. */
  public EdgeProcess startBeside() {
    return startBeside(Map.of());
  }

  /** As {@link #startBeside()}, with other settings. */
  public EdgeProcess startBeside(Map<String, String> overrides) {
    return new StackSetup(opened, peers, settings).started(overrides);
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

  /** What the process is started with, by full name. */
  public Map<String, String> settings() {
    return settings;
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
