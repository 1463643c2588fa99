package io.pigpig.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.settings.SettingsReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The peers as their clients see them, over HTTP. */
final class SandboxPeerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<SandboxPeer> open = new ArrayList<>();
  private int port;

  @BeforeEach
  void start() throws Exception {
    port = start(PeerKind.PAYMENT);
  }

  @AfterEach
  void stop() throws Exception {
    for (SandboxPeer peer : open) {
      await(peer.close());
    }
    client.shutdownNow();
    await(vertx.close());
  }

  @Test
  void hundredCopiesOfOneChargeAreOneChargeWithEqualAnswers() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(client.sendAsync(charge("k1", 500, "tok_ok"), BodyHandlers.ofString()));
    }
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      HttpResponse<String> got = answer.get(10, TimeUnit.SECONDS);
      assertThat(got.statusCode()).isEqualTo(201);
      assertThat(got.body()).isEqualTo("{\"key\":\"k1\",\"status\":\"CHARGED\"}");
    }
    assertThat(ledger()).containsExactly("k1 CHARGED 500");
    assertThat(send(charge("k1", 501, "tok_ok")).statusCode()).isEqualTo(422);
  }

  @Test
  void aChargeThatWasDeclinedStaysDeclined() throws Exception {
    assertThat(send(charge("k1", 500, "tok_declined")).statusCode()).isEqualTo(402);
    assertThat(send(charge("k1", 500, "tok_declined")).statusCode()).isEqualTo(402);
    assertThat(send(post("/v1/charges/k1/refund", "{}")).body()).contains("DECLINED");
    assertThat(ledger()).containsExactly("k1 DECLINED 500");
  }

  @Test
  void aRefundIsMadeOnceAndTheChargeStaysRefunded() throws Exception {
    send(charge("k1", 500, "tok_ok"));
    assertThat(send(post("/v1/charges/k1/refund", "{}")).body()).contains("REFUNDED");
    assertThat(send(post("/v1/charges/k1/refund", "{}")).body()).contains("REFUNDED");
    assertThat(send(charge("k1", 500, "tok_ok")).statusCode()).isEqualTo(409);
    assertThat(ledger()).containsExactly("k1 CHARGED 500", "k1 REFUNDED 500");
  }

  @Test
  void aRefundBeforeTheChargeMakesTheChargeImpossible() throws Exception {
    assertThat(send(post("/v1/charges/k1/refund", "{}")).body()).contains("VOIDED");
    assertThat(send(charge("k1", 500, "tok_ok")).statusCode()).isEqualTo(409);
    assertThat(ledger()).containsExactly("k1 VOIDED 0");
  }

  @Test
  void whatWasAnsweredIsThereAfterARestartAndATornLastLineIsCutOff() throws Exception {
    send(charge("k1", 500, "tok_ok"));
    send(charge("k2", 700, "tok_ok"));
    await(open.removeFirst().close());
    Path file = folder.resolve("PAYMENT").resolve("ledger.jsonl");
    Files.writeString(file, "{\"sequence\":3,\"key\":\"k3", StandardOpenOption.APPEND);
    port = start(PeerKind.PAYMENT);
    assertThat(ledger()).containsExactly("k1 CHARGED 500", "k2 CHARGED 700");
    assertThat(send(charge("k1", 500, "tok_ok")).headers().firstValue("Idempotent-Replayed"))
        .contains("true");
    send(charge("k3", 900, "tok_ok"));
    assertThat(ledger()).endsWith("k3 CHARGED 900");
  }

  @Test
  void aLedgerThatWasTamperedWithIsRefused() throws Exception {
    send(charge("k1", 500, "tok_ok"));
    await(open.removeFirst().close());
    Path file = folder.resolve("PAYMENT").resolve("ledger.jsonl");
    Files.writeString(file, "nonsense\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> start(PeerKind.PAYMENT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 2 is no entry");
  }

  @Test
  void aSecondPeerOnTheFolderIsRefused() {
    assertThatThrownBy(() -> start(PeerKind.PAYMENT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is in use");
  }

  @Test
  void aCarrierBooksAndTakesBackUnderTheSameRules() throws Exception {
    port = start(PeerKind.CARRIER);
    String body = "{\"orderId\":\"o1\",\"units\":2}";
    HttpResponse<String> booked = send(post("/v1/waybills", body, "s1"));
    assertThat(booked.statusCode()).isEqualTo(201);
    assertThat(booked.body()).contains("\"waybill\":\"WB-");
    assertThat(send(post("/v1/waybills/s1/void", "{}")).body()).contains("RETURNED");
    assertThat(send(post("/v1/waybills/s2/void", "{}")).body()).contains("VOIDED");
    assertThat(send(post("/v1/waybills", body, "s2")).statusCode()).isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource({"CUT_AFTER,CHARGED", "SILENT_AFTER,CHARGED", "SILENT_BEFORE,", "ERROR,"})
  void scriptedFaultsLeaveTheEffectTheyName(String fault, String effect) throws Exception {
    script("[{\"operation\":\"charge\",\"fault\":\"" + fault + "\",\"times\":1}]");
    if (fault.equals("ERROR")) {
      assertThat(send(charge("k1", 500, "tok_ok")).statusCode()).isEqualTo(500);
    } else {
      assertThatThrownBy(() -> send(charge("k1", 500, "tok_ok"))).isInstanceOf(IOException.class);
    }
    assertThat(ledger()).isEqualTo(effect == null ? List.of() : List.of("k1 " + effect + " 500"));
    assertThat(send(charge("k1", 500, "tok_ok")).statusCode()).isEqualTo(201);
    assertThat(ledger()).containsExactly("k1 CHARGED 500");
  }

  @Test
  void aScriptedRefusalAndADelayAreAnswered() throws Exception {
    script(
        "[{\"operation\":\"charge\",\"fault\":\"REFUSE\",\"times\":1},"
            + "{\"operation\":\"charge\",\"fault\":\"DELAY\",\"delayMillis\":20}]");
    assertThat(send(charge("k1", 500, "tok_ok")).statusCode()).isEqualTo(402);
    assertThat(send(charge("k2", 500, "tok_ok")).statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"orderId\":\"o\",\"amountCents\":0,\"currency\":\"CNY\",\"token\":\"t\"}",
        "{\"orderId\":\"o\",\"amountCents\":1.5,\"currency\":\"CNY\",\"token\":\"t\"}",
        "{\"orderId\":\"o o\",\"amountCents\":1,\"currency\":\"CNY\",\"token\":\"t\"}",
        "{\"orderId\":\"o\",\"amountCents\":1,\"currency\":\"CNY\",\"token\":\"t\",\"x\":1}",
        "{\"orderId\":\"o\"}",
        "[]",
        "{"
      })
  void wrongChargesAre400WithAReason(String body) throws Exception {
    HttpResponse<String> answer = send(post("/v1/charges", body, "k1"));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(answer.body()).getString("detail")).isNotBlank();
    assertThat(ledger()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"operation\":\"book\",\"fault\":\"ERROR\"}]",
        "[{\"operation\":\"charge\",\"fault\":\"FIRE\"}]",
        "[{\"operation\":\"charge\",\"fault\":\"TWICE\"}]",
        "[{\"operation\":\"callback\",\"fault\":\"ERROR\"}]",
        "[{\"operation\":\"charge\",\"fault\":\"ERROR\",\"probability\":2}]",
        "[{\"operation\":\"charge\",\"fault\":\"ERROR\",\"often\":2}]",
        "[1]",
        "{}"
      })
  void wrongScriptsAre400WithAReason(String rules) throws Exception {
    HttpResponse<String> answer = send(put("{\"rules\":" + rules + "}"));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(answer.body()).getString("detail")).isNotBlank();
  }

  @Test
  void unknownPlacesKeysAndLargeBodiesAreRefused() throws Exception {
    assertThat(send(post("/v1/charges", "{}")).statusCode()).as("no key").isEqualTo(400);
    assertThat(send(post("/v1/nothing", "{}")).statusCode()).isEqualTo(404);
    assertThat(send(request("/v1/charges/absent").GET()).statusCode()).isEqualTo(404);
    String large = "{\"orderId\":\"" + "x".repeat(17_000) + "\"}";
    assertThat(send(post("/v1/charges", large, "k1")).statusCode()).isEqualTo(413);
    assertThat(send(request("/health").GET()).body()).contains("UP");
  }

  @Test
  void aFullLedgerTakesNothingMoreAndTakesNothingBack() throws Exception {
    await(open.removeFirst().close());
    port = start(PeerKind.PAYMENT, "2");
    assertThat(send(charge("k1", 500, "tok_ok")).statusCode()).isEqualTo(201);
    assertThat(send(charge("k2", 500, "tok_declined")).statusCode()).isEqualTo(402);
    assertThat(send(charge("k3", 500, "tok_ok")).statusCode()).isEqualTo(507);
    assertThat(send(post("/v1/charges/k1/refund", "{}")).statusCode()).isEqualTo(507);
    assertThat(send(post("/v1/charges/k3/refund", "{}")).statusCode()).isEqualTo(507);
    assertThat(send(post("/v1/charges/k2/refund", "{}")).body()).contains("DECLINED");
    assertThat(ledger()).containsExactly("k1 CHARGED 500", "k2 DECLINED 500");
  }

  private int start(PeerKind kind) throws Exception {
    return start(kind, "1000");
  }

  private int start(PeerKind kind, String entriesMax) throws Exception {
    Map<String, String> values =
        Map.of(
            "data",
            folder.resolve(kind.name()).toString(),
            "silence-max",
            "300ms",
            "entries-max",
            entriesMax);
    SandboxSettings settings = SettingsReader.read(SandboxSettings.class, values);
    SandboxPeer peer = new SandboxPeer(vertx, kind, settings, () -> {});
    open.add(peer);
    return await(peer.open());
  }

  private List<String> ledger() throws Exception {
    JsonArray entries =
        new JsonObject(send(request("/v1/ledger?limit=1000").GET()).body()).getJsonArray("entries");
    return entries.stream()
        .map(JsonObject.class::cast)
        .map(e -> e.getString("key") + " " + e.getString("status") + " " + e.getLong("amountCents"))
        .toList();
  }

  private void script(String rules) throws Exception {
    assertThat(send(put("{\"seed\":1,\"rules\":" + rules + "}")).statusCode()).isEqualTo(200);
  }

  private HttpRequest charge(String key, long cents, String token) {
    JsonObject body =
        new JsonObject()
            .put("orderId", "o1")
            .put("amountCents", cents)
            .put("currency", "CNY")
            .put("token", token);
    return post("/v1/charges", body.encode(), key).build();
  }

  private HttpRequest.Builder post(String path, String body) {
    return request(path).POST(BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder post(String path, String body, String key) {
    return post(path, body).header("Idempotency-Key", key);
  }

  private HttpRequest.Builder put(String body) {
    return request("/v1/faults").PUT(BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return send(request.build());
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, BodyHandlers.ofString());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(10, TimeUnit.SECONDS);
  }
}
