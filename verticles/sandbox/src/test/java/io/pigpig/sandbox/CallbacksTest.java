package io.pigpig.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.peer.CallbackSignature;
import io.pigpig.runtime.peer.PeerClient;
import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a peer tells its subscriber, which here is the test. */
final class CallbacksTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final List<JsonObject> heard = new CopyOnWriteArrayList<>();
  private final List<String> unsigned = new CopyOnWriteArrayList<>();
  private final List<SandboxPeer> peers = new ArrayList<>();
  private volatile int answer = 202;
  private int subscriber;
  private int port;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("secret"), "a secret of the test, shared\n");
    CallbackSignature signature = CallbackSignature.read(folder.resolve("secret"));
    subscriber =
        await(
                vertx
                    .createHttpServer()
                    .requestHandler(request -> hear(request, signature))
                    .listen(0, "127.0.0.1"))
            .actualPort();
    port = open(Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    for (SandboxPeer peer : peers) {
      await(peer.close());
    }
    await(vertx.close());
  }

  private void hear(HttpServerRequest request, CallbackSignature signature) {
    request.body().onSuccess(body -> hear(request, signature, body));
  }

  private void hear(HttpServerRequest request, CallbackSignature signature, Buffer body) {
    String header = String.valueOf(request.getHeader(CallbackSignature.HEADER));
    String fault = signature.fault(header, body.getBytes(), Instant.now(), PATIENCE);
    if (fault != null || !"/told".equals(request.path())) {
      unsigned.add(fault + " " + request.path());
    }
    heard.add(new JsonObject(body));
    request.response().setStatusCode(answer).end();
  }

  @Test
  void everyEntryIsToldSignedAndWhatIsAcknowledgedIsNotToldAgainAfterARestart() throws Exception {
    charge("k1");
    post("/v1/charges/k1/refund", "", new JsonObject());
    awaitCursor(2);
    assertThat(heard)
        .contains(
            new JsonObject()
                .put("peer", "payment")
                .put("sequence", 1)
                .put("key", "k1")
                .put("orderId", "o1")
                .put("status", "CHARGED")
                .put("amountCents", 500));
    assertThat(told()).containsExactlyInAnyOrder("1 CHARGED", "2 REFUNDED");
    assertThat(unsigned).isEmpty();
    restart();
    charge("k2");
    awaitCursor(3);
    assertThat(told()).hasSize(3).endsWith("3 CHARGED");
  }

  @Test
  void whatIsNotAcknowledgedIsToldAgainAlsoByTheNextRunOfThePeer() throws Exception {
    answer = 503;
    charge("k1");
    charge("k2");
    Eventually.holds("both were tried twice", PATIENCE, () -> count(1) > 1 && count(2) > 1);
    restart();
    heard.clear();
    answer = 202;
    awaitCursor(2);
    assertThat(told()).contains("1 CHARGED", "2 CHARGED");
    assertThat(unsigned).isEmpty();
  }

  @Test
  void whoSubscribesToAnOldLedgerHearsWhatComesFromThenOn() throws Exception {
    charge("k1");
    awaitCursor(1);
    await(peers.removeFirst().close());
    Files.delete(cursor());
    heard.clear();
    port = open(Map.of());
    charge("k2");
    awaitCursor(2);
    assertThat(told()).containsExactly("2 CHARGED");
  }

  @Test
  void aScriptedCallbackComesTwice() throws Exception {
    script("TWICE", 0);
    charge("k1");
    Eventually.holds("twice", PATIENCE, () -> count(1) == 2);
    awaitCursor(1);
  }

  @Test
  void aScriptedCallbackIsOvertakenByTheNextOne() throws Exception {
    script("REORDER", 0);
    charge("k1");
    post("/v1/charges/k1/refund", "", new JsonObject());
    awaitCursor(2);
    assertThat(told()).containsExactly("2 REFUNDED", "1 CHARGED");
  }

  @Test
  void aScriptedCallbackThatIsDroppedOrLateComesAllTheSame() throws Exception {
    for (String fault : List.of("DROP", "DELAY")) {
      script(fault, 5);
      charge(fault);
    }
    awaitCursor(2);
    assertThat(told()).contains("1 CHARGED", "2 CHARGED");
  }

  @Test
  void noMoreThanItsWindowIsToldAtATimeAndTheOthersFollow() throws Exception {
    await(peers.removeFirst().close());
    port = open(Map.of("callback.in-flight-max", "2"));
    answer = 500;
    for (int i = 1; i <= 5; i++) {
      charge("k" + i);
    }
    Eventually.holds("tried again", PATIENCE, () -> count(1) > 2 && count(2) > 2);
    assertThat(told()).containsOnly("1 CHARGED", "2 CHARGED");
    answer = 200;
    awaitCursor(5);
  }

  @Test
  void aUrlWithoutASecretIsRefused() {
    Map<String, String> values = Map.of("callback.url", "http://127.0.0.1:1/told");
    assertThatThrownBy(() -> SettingsReader.read(SandboxSettings.class, values))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("callback.secret-file");
  }

  private int open(Map<String, String> more) throws Exception {
    Map<String, String> values = new HashMap<>();
    values.put("data", folder.resolve("peer").toString());
    values.put("callback.url", "http://127.0.0.1:" + subscriber + "/told");
    values.put("callback.secret-file", folder.resolve("secret").toString());
    values.put("callback.timeout", "30s");
    values.put("callback.retry-first", "1ms");
    values.put("callback.retry-max", "20s");
    values.putAll(more);
    SandboxSettings settings = SettingsReader.read(SandboxSettings.class, values);
    SandboxPeer peer = new SandboxPeer(vertx, PeerKind.PAYMENT, settings, () -> {});
    peers.add(peer);
    return await(peer.open());
  }

  private void restart() throws Exception {
    await(peers.removeFirst().close());
    port = open(Map.of());
  }

  private void charge(String key) throws Exception {
    JsonObject body = new JsonObject().put("orderId", "o1").put("amountCents", 500);
    post("/v1/charges", key, body.put("currency", "CNY").put("token", "tok_ok"));
  }

  private void post(String path, String key, JsonObject body) throws Exception {
    PeerClient client = TestPeers.client(vertx, port);
    assertThat(await(client.post(path, key.isEmpty() ? null : key, body)).status()).isLessThan(300);
    await(client.close());
  }

  private void script(String fault, int delayMillis) throws Exception {
    JsonObject rule = new JsonObject().put("operation", "callback").put("fault", fault);
    rule.put("times", 1).put("delayMillis", delayMillis);
    JsonObject script = new JsonObject().put("rules", new JsonArray().add(rule));
    var client = vertx.createHttpClient();
    int status =
        await(
                client
                    .request(HttpMethod.PUT, port, "127.0.0.1", "/v1/faults")
                    .compose(request -> request.send(script.toBuffer())))
            .statusCode();
    assertThat(status).isEqualTo(200);
    await(client.close());
  }

  private List<String> told() {
    return heard.stream()
        .map(told -> told.getLong("sequence") + " " + told.getString("status"))
        .toList();
  }

  private long count(long sequence) {
    return heard.stream()
        .filter(told -> Objects.equals(told.getLong("sequence"), sequence))
        .count();
  }

  private Path cursor() {
    return folder.resolve("peer").resolve("callbacks.cursor");
  }

  private void awaitCursor(long position) {
    Eventually.holds(
        "acknowledged up to " + position,
        PATIENCE,
        () -> {
          try {
            return Files.readString(cursor()).equals(Long.toString(position));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }
}
