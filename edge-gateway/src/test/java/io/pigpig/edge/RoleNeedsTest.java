package io.pigpig.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.LogLines;
import io.pigpig.runtime.stores.StartupFailure;
import io.pigpig.runtime.stores.TestStores;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each role needs to start and to serve, and what it does without. */
final class RoleNeedsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of another package, which alone it is for. */
  private static final String TOKEN_CHECK = "io.pigpig.edge.wiring.ServiceTokenCheck";

  private static final String SKU = "TEE-CLASSIC-WHITE-M";

  @TempDir private static Path folder;

  private static TestStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = TestStack.startRoles("role_needs", Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  private static HttpResponse<String> order(EdgeProcess gateway) {
    return stack.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/api/v1/orders"))
            .header("Authorization", "Bearer " + stack.token("ann", "customer"))
            .header("Idempotency-Key", TestStack.key())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(TestStack.lines(SKU, 1))));
  }

  /** What a process of an issuer of one's own is told, whose tokens nobody here can make. */
  private static Map<String, String> ownIssuer() throws Exception {
    Path key = Files.writeString(folder.resolve("issuer.pem"), publicKey());
    return Map.of(
        "auth.development-issuer",
        "off",
        "auth.algorithm",
        "es256",
        "auth.public-key-file",
        key.toString());
  }

  private static String publicKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    String text =
        Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(generator.generateKeyPair().getPublic().getEncoded());
    return "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n";
  }

  private static Map<String, String> with(Map<String, String> some, String... more) {
    Map<String, String> all = new HashMap<>(some);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  @Test
  void onlyARoleThatAsksOthersIsAskedForAToken() throws Exception {
    Map<String, String> issuer = ownIssuer();
    stack.startBeside(with(issuer, "process.role", "render"));
    stack.startBeside(with(issuer, "process.role", "stock"));
    for (String role : new String[] {"gateway", "order"}) {
      assertThatThrownBy(() -> stack.startBeside(with(issuer, "process.role", role)))
          .isInstanceOf(StartupFailure.class)
          .hasMessageContaining("services.token-file must name an operator's token");
    }
  }

  @Test
  void aTokenThatIsReplacedInItsFileIsShownFromThenOn() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "of.another.time");
    EdgeProcess gateway =
        stack.startBeside(
            Map.of("services.token-file", file.toString(), "services.token-every", "100ms"));
    assertThat(order(gateway).statusCode()).isNotEqualTo(201);
    assertThat(status(gateway)).isEqualTo("DOWN");
    Files.delete(file);
    assertThat(order(gateway).statusCode()).as("the last one is kept").isNotEqualTo(201);
    Files.writeString(file, stack.token("ops", "operator") + "\n");
    Eventually.holds("the new one is shown", PATIENCE, () -> order(gateway).statusCode() == 201);
    Eventually.holds("it is ready", PATIENCE, () -> status(gateway).equals("UP"));
  }

  @Test
  void aProcessOfStockNeedsNoPeers() {
    EdgeProcess stock =
        stack.startBeside(Map.of("process.role", "stock", "payment.url", "", "carrier.url", ""));
    assertThat(status(stock)).isEqualTo("UP");
  }

  @Test
  void aGatewayWhoseTokenIsRefusedIsNotReadyAndSaysWhy() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    try (LogLines log = new LogLines(Class.forName(TOKEN_CHECK))) {
      EdgeProcess gateway = stack.startBeside(Map.of("stores.data", other.toString()));
      assertThat(gateway.missing()).containsExactly("service-token");
      assertThat(status(gateway)).isEqualTo("DOWN");
      assertThat(log.with("ERROR the service order refuses the token of this process"))
          .singleElement()
          .asString()
          .contains("need the same stores.data");
    }
  }

  @Test
  void aGatewayNeedsNoRedis() {
    EdgeProcess gateway = stack.startBeside(Map.of("stores.redis-url", "redis://127.0.0.1:1"));
    assertThat(order(gateway).statusCode()).isEqualTo(201);
  }

  @Test
  void aProcessOfDesignsNeedsNoRedisAndReadsNoCatalog() throws SQLException {
    Set<String> before = sessions();
    EdgeProcess render =
        stack.startBeside(Map.of("process.role", "render", "stores.redis-url", ""));
    assertThat(status(render)).isEqualTo("UP");
    Set<String> its = sessions();
    its.removeAll(before);
    assertThat(its).singleElement().asString().endsWith(" pigpig-render");
  }

  @Test
  void aGatewayFindsOrdersByTheirNameAtThePaceOfNames() throws Exception {
    String order = stack.settings().getOrDefault("services.order", "");
    int port = Integer.parseInt(order.substring(order.lastIndexOf(':') + 1));
    try (LoopbackDns dns = new LoopbackDns()) {
      EdgeProcess gateway =
          stack.startBeside(
              Map.of(
                  "services.order",
                  "dns:order.shop:" + port,
                  "services.dns-server",
                  dns.place(),
                  "services.dns-every",
                  "100ms",
                  "server.order-timeout",
                  "1s",
                  "process.refresh-every",
                  "1h"));
      assertThat(order(gateway).statusCode()).as("no such name yet").isEqualTo(503);
      dns.know();
      Eventually.holds("found", PATIENCE, () -> order(gateway).statusCode() == 201);
      gateway.close();
    }
  }

  private static String status(EdgeProcess process) {
    String health = "http://127.0.0.1:" + process.managementPort() + "/health/ready";
    return stack.json(HttpRequest.newBuilder(URI.create(health))).getString("status", "none");
  }

  /** The sessions of our processes in Postgres: number and name. */
  private static Set<String> sessions() throws SQLException {
    Set<String> sessions = new HashSet<>();
    String sql =
        "SELECT pid || ' ' || application_name FROM pg_stat_activity"
            + " WHERE datname = current_database() AND application_name LIKE 'pigpig-%'";
    try (var connection = DriverManager.getConnection(TestStores.jdbcUrl(stack.database()));
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        sessions.add(rows.getString(1));
      }
    }
    return sessions;
  }
}
