package io.pigpig.edge.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pigpig.cluster.hazelcast.ClusteredVertx;
import io.pigpig.cluster.hazelcast.NodeProcess;
import io.pigpig.edge.wiring.Shared.StoreUrls;
import io.pigpig.order.bus.BusOrderEvents;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.Opened;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.sandbox.TestPeers;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
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
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole stacks on one database and one clustered event bus. */
final class ClusteredStackTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ORDERS = 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestPeers peers = new TestPeers();
  private final String database = TestStores.freshDatabase("clustered");
  private final Opened opened = new Opened();
  private final Set<Shopfront> running = new HashSet<>();
  private final AtomicInteger deaf = new AtomicInteger();
  private final List<Integer> ports = List.of(freePort(), freePort());
  private final String members = "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1);

  @TempDir private Path folder;

  /** One stack and the Vert.x it runs on. */
  private record Shopfront(ClusteredVertx clustered, Stack stack) {}

  ClusteredStackTest() throws IOException {}

  @BeforeEach
  void noMemberIsLeft() {
    opened.add(client::shutdownNow);
    opened.add(peers::close);
    assertThat(Hazelcast.getAllHazelcastInstances()).isEmpty();
  }

  @AfterEach
  void close() throws Exception {
    opened.close();
  }

  private void stop(Shopfront process) throws Exception {
    if (!running.remove(process)) {
      return;
    }
    try {
      await(process.stack().drain(Duration.ofSeconds(5)));
    } finally {
      await(process.clustered().vertx().close());
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Shopfront start(int number, Map<String, String> more) throws Exception {
    Map<String, String> values = new HashMap<>();
    values.put("server.port", "0");
    values.put("server.event-loops", "1");
    values.put("management.port", "0");
    values.put("grpc.port", "0");
    values.put("auth.development-issuer", "on");
    values.put("stores.data", folder.toString());
    values.put("stores.postgres-url", database);
    values.put("stores.redis-url", TestStores.redisUrl());
    values.put("payment.url", TestPeers.url(peers.paymentPort()));
    values.put("carrier.url", TestPeers.url(peers.carrierPort()));
    values.put("cluster.members", members);
    values.put("cluster.port", Integer.toString(ports.get(number)));
    values.put("cluster.bus-port", "0");
    values.putAll(more);
    EdgeSettings settings = SettingsReader.read(EdgeSettings.class, values);
    ClusteredVertx clustered =
        await(
            ClusteredVertx.start(
                new VertxOptions().setPreferNativeTransport(true), settings.cluster()));
    opened.add(() -> await(clustered.vertx().close()));
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Shared shared =
        Shared.of(
            settings,
            new StoreUrls(
                database,
                TestStores.redisUrl(),
                TestPeers.url(peers.paymentPort()),
                TestPeers.url(peers.carrierPort())),
            SecurityFiles.open(clustered.vertx(), settings, InstantSource.system()),
            registry);
    Stack stack = await(Stack.start(clustered.vertx(), shared, registry, clustered.members()));
    Shopfront process = new Shopfront(clustered, stack);
    running.add(process);
    opened.add(() -> stop(process));
    await(stack.watchBus(clustered.members(), () -> deaf.incrementAndGet()));
    return process;
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private HttpResponse<String> send(
      Shopfront process, String method, String path, String role, String body) throws Exception {
    HttpRequest request =
        request(process, method, path, body)
            .header("Authorization", "Bearer " + token(process, role))
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(
      Shopfront process, String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.stack().port() + path))
            .timeout(PATIENCE);
    return body.isEmpty()
        ? request.method(method, BodyPublishers.noBody())
        : request
            .method(method, BodyPublishers.ofString(body))
            .header("Content-Type", "application/json");
  }

  private String token(Shopfront process, String role) throws Exception {
    String body = new JsonObject().put("customer", "anna").put("role", role).encode();
    HttpRequest request = request(process, "POST", "/api/v1/auth/token", body).build();
    String answer = client.send(request, BodyHandlers.ofString()).body();
    return new JsonObject(answer).getString("access_token");
  }

  private HttpResponse<String> order(Shopfront process, String sku) throws Exception {
    String lines = "{\"lines\":[{\"sku\":\"" + sku + "\",\"quantity\":1}]}";
    return send(process, "POST", "/api/v1/orders", "customer", lines);
  }

  private static String id(HttpResponse<String> order) {
    assertThat(order.statusCode()).as(order.body()).isEqualTo(201);
    return new JsonObject(order.body()).getString("orderId");
  }

  @Test
  void whatOneProcessSellsAndGivesBackTheOtherHears() throws Exception {
    // Long enough that the other process hears by the bus or not in time.
    Map<String, String> deafWithoutBus =
        Map.of("order.relay-every", "60s", "stock.sold-out-recheck", "60s");
    Shopfront seller = start(0, Map.of("order.relay-every", "20ms"));
    Shopfront other = start(1, deafWithoutBus);
    Set<String> heard = ConcurrentHashMap.newKeySet();
    other
        .clustered()
        .vertx()
        .eventBus()
        .<JsonObject>consumer(
            BusOrderEvents.STATUS_CHANGED,
            message ->
                message
                    .body()
                    .getJsonArray("orders")
                    .forEach(each -> heard.add(((JsonObject) each).getString("orderId"))));
    String sku = "HOODIE-BLACK-L";
    String total = "{\"total\":1}";
    assertThat(send(seller, "PUT", "/api/v1/stock/" + sku, "operator", total).statusCode())
        .isEqualTo(200);

    String id = id(order(seller, sku));
    assertThat(order(other, sku).statusCode()).as("sold out there too").isEqualTo(409);
    HttpResponse<String> cancelled =
        send(seller, "POST", "/api/v1/orders/" + id + "/cancel", "customer", "");
    assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(200);
    List<String> sold = new ArrayList<>();
    Eventually.holds(
        "the other sells the unit that came back",
        Duration.ofSeconds(40),
        () -> {
          try {
            HttpResponse<String> again = order(other, sku);
            if (again.statusCode() == 201) {
              sold.add(id(again));
            }
            return !sold.isEmpty();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(heard).as("heard of by the bus").contains(id);
  }

  @Test
  void whoDrainsHandsTheOutboxOnAtOnce() throws Exception {
    Map<String, String> longLease = Map.of("order.relay-every", "20ms", "order.relay-lease", "60s");
    Shopfront leaving = start(0, longLease);
    id(order(leaving, "TEE-CLASSIC-WHITE-M"));
    Eventually.holds("handed on", PATIENCE, () -> outboxRows() == 0);
    Shopfront staying = start(1, longLease);
    stop(leaving);
    id(order(staying, "TEE-CLASSIC-WHITE-M"));
    Eventually.holds("by the other", Duration.ofSeconds(20), () -> outboxRows() == 0);
  }

  private int outboxRows() {
    try (Connection connection = DriverManager.getConnection(TestStores.jdbcUrl(database));
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM outbox")) {
      rows.next();
      return rows.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void ordersGoOnWhenTheBusIsCut() throws Exception {
    Shopfront shop = start(0, Map.of("order.relay-every", "20ms"));
    NodeProcess peer =
        new NodeProcess(
            "peer",
            folder,
            List.of(),
            List.of("members=" + members, "port=" + ports.get(1), "bus-port=0"));
    try {
      Eventually.holds(
          "two members", PATIENCE, () -> shop.clustered().members().nodes().size() == 2);
      peer.standStill();
      placeSome(shop);
      // Ends one that stands still, too.
      peer.kill9();
      placeSome(shop);
      Hazelcast.getAllHazelcastInstances().forEach(it -> it.getLifecycleService().terminate());
      placeSome(shop);
    } finally {
      peer.kill9();
    }
  }

  private void placeSome(Shopfront shop) throws Exception {
    for (int i = 0; i < ORDERS; i++) {
      id(order(shop, "TEE-CLASSIC-WHITE-M"));
    }
  }
}
