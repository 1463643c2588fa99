package io.pigpig.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A customer and an operator see no difference when the roles are processes of their own. */
final class RolesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String DESIGN =
      "{\"template\":\"tee-classic\",\"garmentColor\":\"#FFFFFF\",\"layers\":[]}";

  private static TestStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = TestStack.startRoles("roles", Map.of("saga.poll", "50ms"));
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  @Test
  void anOrderGoesFromThePlacementToTheParcel() {
    JsonObject order = stack.place("ann", "TEE-CLASSIC-WHITE-M", 2);
    String path = "/api/v1/orders/" + order.getString("orderId");
    JsonObject paid =
        stack.json(
            stack.as(
                "ann", "POST", path + "/payment", "{\"method\":\"sandbox\",\"token\":\"tok_ok\"}"));
    assertThat(paid.getString("status")).isEqualTo("PAID");
    Eventually.holds(
        "the order is shipped",
        PATIENCE,
        () -> stack.json(stack.as("ann", "GET", path, "")).getString("status").equals("SHIPPED"));
    JsonArray mine =
        stack.json(stack.as("ann", "GET", "/api/v1/orders", "")).getJsonArray("orders");
    assertThat(mine.getJsonObject(0).getString("status")).isEqualTo("SHIPPED");
    assertThat(stack.send(stack.as("bea", "GET", path, "")).statusCode()).isEqualTo(404);
    JsonObject sagas = stack.json(stack.asOperator("GET", "/api/v1/admin/sagas?state=ENDED", ""));
    assertThat(sagas.encode()).contains(order.getString("orderId"));
    assertThat(stack.json(stack.asOperator("GET", "/api/v1/admin/audit", "")).getBoolean("ok"))
        .isTrue();
  }

  @Test
  void stockIsReadSetAndChecked() {
    String sku = "TANK-NAVY-L";
    String path = "/api/v1/stock/" + sku;
    JsonObject set = stack.json(stack.asOperator("PUT", path, "{\"total\":77}"));
    assertThat(set.getInteger("available")).isEqualTo(77);
    assertThat(stack.json(stack.request("GET", path, "")).getInteger("total")).isEqualTo(77);
    HttpResponse<String> checked =
        stack.send(
            stack.request(
                "POST", "/api/v1/stock:check", "{\"skus\":[\"" + sku + "\",\"NO-SUCH-SKU\"]}"));
    assertThat(checked.body().lines())
        .anyMatch(line -> line.contains(sku) && line.contains("77"))
        .anyMatch(line -> line.contains("UNKNOWN_SKU"));
    assertThat(stack.send(stack.as("ann", "PUT", path, "{\"total\":1}")).statusCode())
        .isEqualTo(403);
  }

  @Test
  void aDesignIsStoredDrawnAndPrinted() throws Exception {
    HttpResponse<String> stored = stack.send(stack.as("ann", "POST", "/api/v1/designs", DESIGN));
    assertThat(stored.statusCode()).as(stored.body()).isIn(200, 201);
    String id = new JsonObject(stored.body()).getString("designId");
    HttpResponse<byte[]> png =
        stack
            .client()
            .send(
                stack
                    .request("GET", "/api/v1/designs/" + id + "/preview.png?width=640", "")
                    .build(),
                BodyHandlers.ofByteArray());
    assertThat(png.statusCode()).isEqualTo(200);
    assertThat(png.body()).startsWith(0x89, 'P', 'N', 'G');
  }
}
