package io.pigpig.edge.http;

import static io.pigpig.edge.TestStack.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * 64 clients want what there is not enough of; a hundred say the same thing at once. The same in
 * one process, in five, in five of which three share a clustered bus, and on a Redis Cluster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SellingOut {

  private static final int CLIENTS = 64;

  private TestStack stack;

  /** Starts what it is sold through. */
  abstract TestStack open() throws Exception;

  @BeforeAll
  void start() throws Exception {
    stack = open();
  }

  @AfterAll
  void stop() throws Exception {
    stack.close();
  }

  @Test
  void fiveThousandRequestsForThousandUnitsSellThousandAndCancelledOnesAgain() throws Exception {
    String sku = "HOODIE-BLACK-L";
    stack.send(stack.asOperator("PUT", "/api/v1/stock/" + sku, "{\"total\":1000}"));
    List<String> sold = sell(sku, 5000);
    assertThat(sold).hasSize(1000);
    assertThat(available(sku)).isZero();
    assertAuditOk();

    for (String orderId : sold.subList(0, 100)) {
      HttpResponse<String> cancelled =
          stack.send(stack.as("crowd", "POST", "/api/v1/orders/" + orderId + "/cancel", ""));
      assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(200);
    }
    assertThat(sell(sku, 500)).hasSize(100);
    assertThat(available(sku)).isZero();
    assertAuditOk();
  }

  @Test
  void hundredCopiesOfOneRequestMakeOneOrderAndGetEqualAnswers() throws Exception {
    String sku = "HOODIE-WHITE-L";
    String key = key();
    List<Callable<HttpResponse<String>>> copies = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      copies.add(() -> stack.send(stack.order("echo", key, sku, 1)));
    }
    Set<String> bodies = new HashSet<>();
    int placed = 0;
    try (ExecutorService clients = Executors.newFixedThreadPool(100)) {
      for (Future<HttpResponse<String>> answer : clients.invokeAll(copies)) {
        assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(201);
        bodies.add(answer.get().body());
        if (answer.get().headers().firstValue("Idempotent-Replayed").isEmpty()) {
          placed++;
        }
      }
    }
    assertThat(bodies).hasSize(1);
    assertThat(placed).isEqualTo(1);
    JsonObject level = stack.json(stack.request("GET", "/api/v1/stock/" + sku, ""));
    assertThat(level.getInteger("held")).isEqualTo(1);
    assertAuditOk();
  }

  private List<String> sell(String sku, int requests) throws Exception {
    ConcurrentLinkedQueue<String> sold = new ConcurrentLinkedQueue<>();
    stack.token("crowd", "customer");
    List<Callable<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int mine = requests / CLIENTS + (i < requests % CLIENTS ? 1 : 0);
      clients.add(
          () -> {
            for (int n = 0; n < mine; n++) {
              HttpResponse<String> answer = stack.send(stack.order("crowd", key(), sku, 1));
              if (answer.statusCode() == 201) {
                sold.add(new JsonObject(answer.body()).getString("orderId"));
              } else {
                ErrorContractTest.assertProblem(answer, 409, "OUT_OF_STOCK");
              }
            }
            return null;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      for (Future<Void> client : threads.invokeAll(clients)) {
        client.get();
      }
    }
    return List.copyOf(sold);
  }

  private int available(String sku) {
    return stack.json(stack.request("GET", "/api/v1/stock/" + sku, "")).getInteger("available");
  }

  private void assertAuditOk() {
    JsonObject audit = stack.json(stack.asOperator("GET", "/api/v1/admin/audit", ""));
    assertThat(audit.getBoolean("ok")).as(audit.encode()).isTrue();
  }
}
