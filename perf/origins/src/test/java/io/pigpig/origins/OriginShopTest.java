package io.pigpig.origins;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.wiring.EdgeProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The promises of the order path hold with each of its parts switched back, on real stores. */
class OriginShopTest {

  private static final int CLIENTS = 40;
  private static final int UNITS = 25;
  private static final int ENOUGH = 1_000;
  private static final int WAIT_SECONDS = 60;

  @TempDir private static Path folder;

  @TestFactory
  Stream<DynamicTest> ordersAreDurableOnceAndNeverMoreThanThereIsStock() {
    return Stream.of(
            Set.of(Origin.REDIS_CONNECTION),
            Set.of(Origin.REFLECTIVE_JSON),
            Set.of(Origin.ORDER_TRANSACTION),
            Set.of(Origin.REDIS_PER_ITEM),
            Set.of(Origin.BLOCKING_STORE),
            Origins.all().switchedBack())
        .map(origins -> promises(origins, OriginProcesses::all));
  }

  /** Those that only a process for each role is made of. */
  @TestFactory
  Stream<DynamicTest> theSameHoldsBetweenRoles() {
    return Stream.of(
            Set.of(Origin.UNARY_CHECKS),
            Set.of(Origin.DNS_ROUND_ROBIN),
            Origins.all().switchedBack())
        .map(origins -> promises(origins, OriginProcesses::roles));
  }

  private static DynamicTest promises(
      Set<Origin> origins, Function<OriginProcesses, EdgeProcess> start) {
    return DynamicTest.dynamicTest(
        origins.toString(),
        () -> {
          try (OriginProcesses processes = new OriginProcesses(new Origins(origins), folder);
              OriginShop shop = new OriginShop(start.apply(processes))) {
            keepsItsPromises(shop, origins);
          }
        });
  }

  private static void keepsItsPromises(OriginShop shop, Set<Origin> origins) throws Exception {
    String operator = shop.token("operator");
    String customer = shop.token("customer");
    List<String> skus = shop.skus();
    shop.setStock(operator, skus.get(0), UNITS);
    shop.setStock(operator, skus.get(1), ENOUGH);
    int sold = sellOut(shop, customer, skus);
    if (origins.contains(Origin.REDIS_PER_ITEM)) {
      // It can refuse for units that come back a moment later, never the reverse.
      assertThat(sold).isBetween(1, UNITS);
    } else {
      assertThat(sold).isEqualTo(UNITS);
    }
    replay(shop, customer, skus.get(1));
    refuse(shop, customer, skus.get(1));
    check(shop, skus);
    JsonObject audit = shop.audit(operator);
    assertThat(audit.getBoolean("ok")).as(audit.encode()).isTrue();
  }

  /** More customers than units, each of whom also wants a unit of what there is enough of. */
  private static int sellOut(OriginShop shop, String token, List<String> skus) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      String body = OriginShop.body(skus.get(0), skus.get(1));
      answers.add(shop.orderMeanwhile(token, "selling-out-" + "%08d".formatted(i), body));
    }
    int accepted = 0;
    for (CompletableFuture<HttpResponse<String>> each : answers) {
      HttpResponse<String> answer = each.get(WAIT_SECONDS, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).as(answer.body()).isIn(201, 409);
      accepted += answer.statusCode() == 201 ? 1 : 0;
    }
    assertThat(shop.level(skus.get(0)).getInteger("held")).isEqualTo(accepted);
    assertThat(shop.level(skus.get(1)).getInteger("held")).isEqualTo(accepted);
    return accepted;
  }

  private static void replay(OriginShop shop, String token, String sku) throws Exception {
    String body = OriginShop.body(sku, sku);
    HttpResponse<String> first = shop.order(token, "the-same-key-twice", body);
    HttpResponse<String> second = shop.order(token, "the-same-key-twice", body);
    assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(second.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(new JsonObject(second.body())).isEqualTo(new JsonObject(first.body()));
    assertThat(new JsonObject(first.body()).getJsonArray("lines")).hasSize(2);
  }

  /** What is wrong with a body is all that is wrong with it, and its key is as good as new. */
  private static void refuse(OriginShop shop, String token, String sku) throws Exception {
    String key = "refused-for-its-body";
    Map<String, Integer> bodies = new LinkedHashMap<>();
    bodies.put("{}", 400);
    bodies.put("{\"lines\":[]}", 400);
    bodies.put("{\"lines\":[{\"sku\":\"" + sku + "\",\"quantity\":0}]}", 400);
    bodies.put("{\"lines\":[{\"sku\":\"" + sku + "\",\"quantity\":\"1\"}]}", 400);
    bodies.put("{\"lines\":[{\"sku\":\"" + sku + "\",\"quantity\":1,\"more\":1}]}", 400);
    bodies.put("{\"lines\":[{\"sku\":\"NO-SUCH-SKU\",\"quantity\":1}]}", 422);
    for (Map.Entry<String, Integer> body : bodies.entrySet()) {
      HttpResponse<String> answer = shop.order(token, key, body.getKey());
      assertThat(answer.statusCode())
          .as(body.getKey() + " " + answer.body())
          .isEqualTo(body.getValue());
    }
    HttpResponse<String> good = shop.order(token, key, OriginShop.body(sku, sku));
    assertThat(good.statusCode()).as(good.body()).isEqualTo(201);
    assertThat(good.headers().firstValue("Idempotent-Replayed")).isEmpty();
  }

  private static void check(OriginShop shop, List<String> skus) throws Exception {
    List<JsonObject> levels = shop.levels(List.of(skus.get(1), "NO-SUCH-SKU", skus.get(0)));
    assertThat(levels).hasSize(3);
    for (String sku : skus) {
      JsonObject level = shop.level(sku);
      assertThat(levels)
          .as(levels.toString())
          .anySatisfy(
              line -> {
                assertThat(line.getString("sku")).isEqualTo(sku);
                assertThat(line.getInteger("available")).isEqualTo(level.getInteger("available"));
              });
    }
    assertThat(levels).anyMatch(line -> "NO-SUCH-SKU".equals(line.getString("sku")));
  }
}
