package io.pigpig.edge.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import io.pigpig.runtime.faults.FaultProxy;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Vertx;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** gRPC's health service and {@code /health/ready} look at the same things. */
final class GrpcReadinessTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void aProcessWithoutItsPostgresDoesNotServeAndServesAgainWithIt() throws Exception {
    Vertx vertx = Vertx.vertx();
    String database = TestStores.freshDatabase("grpc_ready");
    FaultProxy proxy = FaultProxy.before(vertx, database);
    TestStack stack =
        TestStack.start(
            "grpc_ready_unused", Map.of("stores.postgres-url", proxy.through(database)));
    GrpcJava grpc = new GrpcJava(stack.process().grpcPort());
    Eventually.holds("ready", PATIENCE, () -> ready(stack) == 200);
    assertThat(health(grpc)).containsOnly(ServingStatus.SERVING);
    proxy.refuse();
    proxy.reset();
    Eventually.holds("not ready", PATIENCE, () -> ready(stack) == 503);
    assertThat(health(grpc)).containsOnly(ServingStatus.NOT_SERVING);
    proxy.heal();
    Eventually.holds("ready again", PATIENCE, () -> ready(stack) == 200);
    assertThat(health(grpc)).containsOnly(ServingStatus.SERVING);
    grpc.close();
    stack.close();
    proxy.close();
    vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static int ready(TestStack stack) {
    return stack
        .send(
            HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + stack.managementPort() + "/health/ready")))
        .statusCode();
  }

  /** Of the process and of two of its services. */
  private static List<ServingStatus> health(GrpcJava grpc) {
    return List.of("", "pigpig.order.v1.OrderService", "pigpig.render.v1.RenderService").stream()
        .map(
            service ->
                grpc.call(
                        grpc.as(""),
                        "grpc.health.v1.Health/Check",
                        HealthCheckRequest.newBuilder().setService(service).build(),
                        HealthCheckResponse.getDefaultInstance())
                    .getStatus())
        .toList();
  }
}
