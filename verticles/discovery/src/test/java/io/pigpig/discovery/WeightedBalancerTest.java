package io.pigpig.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.Ticker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Vert.x' own HTTP client asks a service by name; real servers answer. */
final class WeightedBalancerTest {

  private static final Service SHOP = new Service("shop");

  private final AtomicReference<List<Instance>> known = new AtomicReference<>(List.of());
  private Vertx vertx;
  private HttpClientAgent client;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    client =
        vertx
            .httpClientBuilder()
            .withAddressResolver(new InstanceResolver(service -> known.get()))
            .withLoadBalancer(new WeightedBalancer(Ticker.system()))
            .build();
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private HttpServer server(String name) throws Exception {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.response().end(name))
        .listen(0, "127.0.0.1")
        .await(20, TimeUnit.SECONDS);
  }

  private static Instance instance(String id, int port, int weight) {
    return new Instance(id, "127.0.0.1", port, weight);
  }

  private Map<String, Integer> ask(int times) throws Exception {
    Map<String, Integer> answers = new HashMap<>();
    for (int i = 0; i < times; i++) {
      String who =
          client
              .request(new RequestOptions().setServer(SHOP).setMethod(HttpMethod.GET).setURI("/"))
              .compose(request -> request.send().compose(HttpClientResponse::body))
              .map(Object::toString)
              .recover(e -> Future.succeededFuture("failed"))
              .await(20, TimeUnit.SECONDS);
      answers.merge(who, 1, Integer::sum);
    }
    return answers;
  }

  @Test
  void requestsGoByWeightAndChangesAreSeenByTheNextOne() throws Exception {
    int a = server("a").actualPort();
    int b = server("b").actualPort();
    known.set(List.of(instance("a", a, 70), instance("b", b, 30)));
    Map<String, Integer> mixed = ask(1_000);
    assertThat(mixed.keySet()).containsExactlyInAnyOrder("a", "b");
    // 300 expected; ten standard deviations of 14.5 to either side.
    assertThat(mixed.get("b")).isBetween(155, 445);
    known.set(List.of(instance("a", a, 0), instance("b", b, 30)));
    assertThat(ask(50)).isEqualTo(Map.of("b", 50));
    known.set(List.of(instance("a", a, 0), instance("b", b, 0)));
    assertThat(ask(100).keySet()).containsExactlyInAnyOrder("a", "b");
    known.set(List.of());
    assertThat(ask(1)).isEqualTo(Map.of("failed", 1));
  }

  @Test
  void whoDoesNotAnswerIsLeftOutAfterFiveFailures() throws Exception {
    List<Instance> all = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      all.add(instance(name, server(name).actualPort(), 100));
    }
    HttpServer dead = server("dead");
    all.add(instance("dead", dead.actualPort(), 100));
    dead.close().await(20, TimeUnit.SECONDS);
    known.set(List.copyOf(all));
    Map<String, Integer> answers = ask(400);
    assertThat(answers.get("failed")).isEqualTo(5);
    assertThat(answers.keySet()).containsExactlyInAnyOrder("a", "b", "c", "failed");
  }

  @Test
  void whenMostFailTheRestIsNotLeftAlone() throws Exception {
    HttpServer dead = server("dead");
    int port = dead.actualPort();
    dead.close().await(20, TimeUnit.SECONDS);
    known.set(List.of(instance("x", port, 1), instance("y", port, 1)));
    assertThat(ask(40)).isEqualTo(Map.of("failed", 40));
    HttpServer back =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end("back"))
            .listen(port, "127.0.0.1")
            .await(20, TimeUnit.SECONDS);
    assertThat(back.actualPort()).isEqualTo(port);
    assertThat(ask(10)).isEqualTo(Map.of("back", 10));
  }
}
