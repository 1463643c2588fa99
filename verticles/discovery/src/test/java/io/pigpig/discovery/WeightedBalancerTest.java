package io.pigpig.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.faults.FaultProxy;
import io.pigpig.runtime.settings.SettingsReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Vert.x' own client asks a service by name over HTTP/2; real servers answer. Time stands still
 * unless a test moves it, and chance is that of a seed.
 */
final class WeightedBalancerTest {

  private static final Service SHOP = new Service("shop");
  private static final long SEED = 20_260_701;
  private static final String PLAIN = "/";

  /** What only the instances that are called {@code slow} do not answer. */
  private static final String HARD = "/hard";

  private final AtomicReference<List<Instance>> known = new AtomicReference<>(List.of());
  private final AtomicLong nowNanos = new AtomicLong(1);
  private final List<Integer> slowPorts = new ArrayList<>();
  private Vertx vertx;
  private HttpClientAgent client;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false))
            .withAddressResolver(new InstanceResolver(service -> known.get()))
            .withLoadBalancer(
                new WeightedBalancer(
                    SettingsReader.read(BalancerSettings.class, Map.of()),
                    nowNanos::get,
                    new Random(SEED)))
            .build();
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private void passes(Duration time) {
    nowNanos.addAndGet(time.toNanos());
  }

  private HttpServer server(String name) throws Exception {
    return server(name, 0);
  }

  private HttpServer server(String name, int port) throws Exception {
    return vertx
        .createHttpServer()
        .requestHandler(request -> answer(request, name))
        .listen(port, "127.0.0.1")
        .await(20, TimeUnit.SECONDS);
  }

  private static void answer(HttpServerRequest request, String name) {
    if (!name.startsWith("slow") || PLAIN.equals(request.path())) {
      request.response().end(name);
    }
  }

  private Instance running(String name, int weight) throws Exception {
    return instance(name, server(name).actualPort(), weight);
  }

  /** One that nobody listens for. */
  private Instance dead(String name, int weight) throws Exception {
    HttpServer server = server(name);
    server.close().await(20, TimeUnit.SECONDS);
    return instance(name, server.actualPort(), weight);
  }

  private static Instance instance(String id, int port, int weight) {
    return new Instance(id, "127.0.0.1", port, weight);
  }

  private Future<HttpClientRequest> request(String path) {
    return client.request(
        new RequestOptions().setServer(SHOP).setMethod(HttpMethod.GET).setURI(path));
  }

  private Map<String, Integer> ask(int times) throws Exception {
    Map<String, Integer> answers = new HashMap<>();
    for (int i = 0; i < times; i++) {
      String who =
          request(PLAIN)
              .compose(request -> request.send().compose(HttpClientResponse::body))
              .map(Object::toString)
              .recover(e -> Future.succeededFuture("failed"))
              .await(20, TimeUnit.SECONDS);
      answers.merge(who, 1, Integer::sum);
    }
    return answers;
  }

  /** Asks until so many requests had no answer, and gives each of them up after some time. */
  private void giveUp(int times, Duration after) throws Exception {
    int given = 0;
    for (int i = 0; i < 100 * times && given < times; i++) {
      HttpClientRequest request = request(HARD).await(20, TimeUnit.SECONDS);
      boolean isSlow = slowPorts.contains(request.connection().remoteAddress().port());
      Future<HttpClientResponse> answer = request.send();
      if (isSlow) {
        passes(after);
        request.reset(8).await(20, TimeUnit.SECONDS);
        given++;
      }
      answer.compose(HttpClientResponse::body).otherwiseEmpty().await(20, TimeUnit.SECONDS);
    }
    assertThat(given).as("given up").isEqualTo(times);
  }

  private Instance slow(int weight) throws Exception {
    Instance slow = running("slow", weight);
    slowPorts.add(slow.port());
    return slow;
  }

  @Test
  void requestsGoByWeightAndChangesAreSeenByTheNextOne() throws Exception {
    Instance a = running("a", 70);
    Instance b = running("b", 30);
    known.set(List.of(a, b));
    Map<String, Integer> mixed = ask(1_000);
    assertThat(mixed.keySet()).containsExactlyInAnyOrder("a", "b");
    // 300 expected; ten standard deviations of 14.5 to either side.
    assertThat(mixed.get("b")).isBetween(155, 445);
    known.set(List.of(instance("a", a.port(), 0), b));
    assertThat(ask(50)).isEqualTo(Map.of("b", 50));
    known.set(List.of(instance("a", a.port(), 0), instance("b", b.port(), 0)));
    assertThat(ask(100).keySet()).containsExactlyInAnyOrder("a", "b");
    known.set(List.of());
    assertThat(ask(1)).isEqualTo(Map.of("failed", 1));
  }

  @Test
  void whoDoesNotAnswerIsLeftOutAfterFiveFailuresAndLongerEachTime() throws Exception {
    known.set(List.of(running("a", 100), running("b", 100), dead("c", 100)));
    assertThat(ask(400)).containsEntry("failed", 5);
    passes(Duration.ofMillis(4_999));
    assertThat(ask(50)).as("for five seconds").doesNotContainKey("failed");
    passes(Duration.ofMillis(1));
    assertThat(ask(400)).as("tried again").containsEntry("failed", 5);
    passes(Duration.ofMillis(9_999));
    assertThat(ask(50)).as("for ten").doesNotContainKey("failed");
    passes(Duration.ofMillis(1));
    assertThat(ask(400)).containsEntry("failed", 5);
  }

  @Test
  void whoIsLeftOutStaysSoWhenTheListChanges() throws Exception {
    Instance a = running("a", 100);
    Instance b = running("b", 100);
    Instance dead = dead("c", 100);
    known.set(List.of(a, b, dead));
    assertThat(ask(400)).containsEntry("failed", 5);
    Instance more = running("d", 100);
    known.set(List.of(a, b, dead, more));
    assertThat(ask(200)).as("one came").doesNotContainKey("failed").containsKey("d");
    known.set(List.of(a, b, more));
    assertThat(ask(10)).doesNotContainKey("failed");
    known.set(List.of(a, b, instance("c", dead.port(), 50)));
    assertThat(ask(200)).as("it went and came back").doesNotContainKey("failed");
    passes(Duration.ofSeconds(5));
    assertThat(ask(400)).containsEntry("failed", 5);
  }

  @Test
  void whoIsLeftOutIsNotChosenWhenAllOthersWeighNothing() throws Exception {
    known.set(List.of(running("a", 0), running("b", 0), dead("c", 100)));
    assertThat(ask(5)).isEqualTo(Map.of("failed", 5));
    assertThat(ask(100)).containsOnlyKeys("a", "b");
  }

  @Test
  void whenMostFailTheRestIsNotLeftAlone() throws Exception {
    Instance dead = dead("x", 1);
    known.set(List.of(dead, instance("y", dead.port(), 1)));
    assertThat(ask(40)).isEqualTo(Map.of("failed", 40));
    assertThat(server("back", dead.port()).actualPort()).isEqualTo(dead.port());
    assertThat(ask(10)).isEqualTo(Map.of("back", 10));
  }

  @Test
  void aCallerThatGivesUpSaysNothingOfTheInstance() throws Exception {
    known.set(List.of(running("a", 100), running("b", 100), slow(100)));
    giveUp(20, Duration.ofMillis(1));
    assertThat(ask(100)).containsOnlyKeys("a", "b", "slow");
  }

  @Test
  void whoWasSilentForLongIsLeftOutAfterFiveThatGaveUp() throws Exception {
    known.set(List.of(running("a", 100), running("b", 100), slow(100)));
    giveUp(5, Duration.ofSeconds(2));
    assertThat(ask(100)).containsOnlyKeys("a", "b");
  }

  @Test
  void aConnectionThatIsCutBeforeTheAnswerCounts() throws Exception {
    Instance slow = slow(100);
    try (FaultProxy proxy = FaultProxy.start(vertx, "127.0.0.1", slow.port())) {
      known.set(List.of(running("a", 0), running("b", 0), instance("slow", proxy.port(), 100)));
      for (int i = 0; i < 5; i++) {
        HttpClientRequest request = request(HARD).await(20, TimeUnit.SECONDS);
        Future<HttpClientResponse> answer = request.send();
        proxy.reset();
        assertThat(answer.map("answered").otherwise("cut").await(20, TimeUnit.SECONDS))
            .isEqualTo("cut");
      }
    }
    assertThat(ask(50)).containsOnlyKeys("a", "b");
  }
}
