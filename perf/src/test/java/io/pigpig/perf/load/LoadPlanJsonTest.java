package io.pigpig.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.perf.load.LoadPlan.Bounds;
import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Mode;
import io.pigpig.perf.load.LoadPlan.Pace;
import io.pigpig.perf.load.LoadPlan.Phase;
import io.pigpig.perf.load.LoadPlan.Protocol;
import io.pigpig.perf.load.LoadPlan.Requests;
import io.pigpig.perf.load.LoadPlan.Share;
import io.pigpig.perf.load.LoadPlan.Target;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LoadPlanJsonTest {

  private static final LoadPlan PLAN =
      new LoadPlan(
          "a-run",
          new Target(Protocol.HTTP1, "127.0.0.1", 8080, 64, 1_000),
          new Pace(
              Mode.OPEN,
              List.of(new Phase(2.5, 100, 3_000.5, ""), new Phase(0, 0, 0, "arrivals.txt"))),
          new Bounds(5_000, 2_000, 3, 0),
          new Requests(
              List.of(
                  new Share("order", Kind.ORDER, 9, "", 1),
                  new Share("look", Kind.GET, 1, "/api/v1/stock/{sku}", 1),
                  new Share("check", Kind.STOCK_CHECK, 1, "", 100)),
              List.of("a.b.c"),
              List.of("TEE-1", "TEE-2"),
              42),
          "orders.history");

  @Test
  void aPlanComesBackAsItWas() {
    assertThat(LoadPlanJson.decode(LoadPlanJson.encode(PLAN))).isEqualTo(PLAN);
  }

  @Test
  void anUnknownFieldIsNamed() {
    assertRefused(json -> json.put("speed", 1), "unknown speed");
    assertRefused(json -> json.getJsonObject("target").put("path", "/"), "unknown target.path");
    assertRefused(json -> phase(json).put("rate", 1), "unknown pace.phases[0].rate");
  }

  @Test
  void aMissingFieldIsNamed() {
    assertRefused(json -> json.remove("historyFile"), "historyFile is missing");
    assertRefused(json -> phase(json).remove("seconds"), "pace.phases[0].seconds is missing");
  }

  @Test
  void aWrongValueIsNamedWithItsField() {
    assertRefused(
        json -> json.getJsonObject("target").put("port", 0),
        "target: port must be 1 to 65535, not 0");
    assertRefused(
        json -> json.getJsonObject("target").put("port", "8080"),
        "target.port must be of type Number, not 8080");
    assertRefused(
        json -> json.getJsonObject("target").put("port", 80.5),
        "target.port must be a whole number, not 80.5");
    assertRefused(
        json -> json.getJsonObject("target").put("protocol", "HTTP3"),
        "target.protocol must be one of [HTTP1, H2C, H2, GRPC], not HTTP3");
    assertRefused(
        json -> phase(json).put("fromPerSecond", -1),
        "pace.phases[0]: fromPerSecond must be 0.0 to 1000000.0, not -1.0");
    assertRefused(
        json -> json.getJsonObject("requests").getJsonArray("skus").add("a b"),
        "requests: skus must be [A-Z0-9-]{3,48}, not a b");
    assertRefused(
        json -> json.getJsonObject("requests").getJsonArray("tokens").add("a\r\nb"),
        "requests: tokens must be");
    assertRefused(json -> json.put("run", "r 1"), "run must be [A-Za-z0-9_-]{1,40}, not r 1");
    assertThatThrownBy(() -> LoadPlanJson.decode("[]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a JSON object");
  }

  @Test
  void whatOnlyOneProtocolHasIsRefusedToTheOthers() {
    Consumer<JsonObject> batch =
        json ->
            json.getJsonObject("requests")
                .getJsonArray("mix")
                .getJsonObject(0)
                .put("kind", "ORDER_BATCH");
    assertRefused(batch, "kind must be one that HTTP1 has, not ORDER_BATCH");
    assertRefused(
        json -> json.getJsonObject("target").put("protocol", "GRPC"),
        "kind must be one that GRPC has, not GET");
  }

  @Test
  void sharesThatNameSkusWantSome() {
    assertRefused(
        json -> json.getJsonObject("requests").getJsonArray("skus").clear(),
        "skus for order must be 1 to 1000000, not 0");
  }

  private static JsonObject phase(JsonObject plan) {
    return plan.getJsonObject("pace").getJsonArray("phases").getJsonObject(0);
  }

  private static void assertRefused(Consumer<JsonObject> change, String message) {
    JsonObject json = new JsonObject(LoadPlanJson.encode(PLAN));
    change.accept(json);
    assertThatThrownBy(() -> LoadPlanJson.decode(json.encode()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
