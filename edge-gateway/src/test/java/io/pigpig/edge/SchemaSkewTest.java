package io.pigpig.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** This version on the schema of the next one, as a rolling restart has it. */
final class SchemaSkewTest {

  private static final String SKU = "TEE-CLASSIC-WHITE-M";

  private static final String PAID = "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}";

  private TestStack stack;

  @BeforeEach
  void start() throws Exception {
    stack = TestStack.start("schema_skew", Map.of("saga.poll", "50ms"));
  }

  @AfterEach
  void close() throws Exception {
    stack.close();
  }

  @Test
  void aProcessServesOnASchemaThatTheNextVersionAddedTo() throws Exception {
    JsonObject earlier = stack.place("ann", SKU, 1);
    assertThat(migrateToTheNext()).isEqualTo(1);
    stack.place("ann", SKU, 1);
    String key = TestStack.key();
    HttpResponse<String> first = stack.send(stack.order("ann", key, SKU, 1));
    HttpResponse<String> again = stack.send(stack.order("ann", key, SKU, 1));
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(done("payment", earlier, PAID)).isEqualTo(200);
    assertThat(done("cancel", new JsonObject(first.body()), "")).isEqualTo(200);
    assertThat(stack.json(stack.asOperator("GET", "/api/v1/admin/audit", "")).getBoolean("ok"))
        .isTrue();
  }

  @Test
  void aProcessOfThisVersionStartsOnIt() throws Exception {
    migrateToTheNext();
    EdgeProcess restarted = stack.startBeside();
    try {
      assertThat(restarted.port()).isPositive();
      stack.place("ann", SKU, 1);
    } finally {
      restarted.close();
    }
  }

  private int done(String what, JsonObject order, String body) {
    String path = "/api/v1/orders/" + order.getString("orderId") + "/" + what;
    return stack.send(stack.as("ann", "POST", path, body)).statusCode();
  }

  private int migrateToTheNext() {
    return Flyway.configure()
        .dataSource(TestStores.jdbcUrl(stack.database()), null, null)
        .locations("classpath:db/migration", "classpath:db/next")
        .load()
        .migrate()
        .migrationsExecuted;
  }
}
