package io.pigpig.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.perf.load.HistoryFile.Entry;
import io.pigpig.perf.load.HistoryFile.Outcome;
import io.pigpig.perf.load.LoadPlan.Bounds;
import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Protocol;
import io.pigpig.perf.load.LoadPlan.Share;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Http1LoadTest {

  private static final Bounds PATIENT = new Bounds(100_000, 20_000, 0, 0);

  @TempDir private Path folder;

  @Test
  void everyRequestOfTheScheduleIsSentAndCounted() throws Exception {
    try (TestShop shop = TestShop.accepting()) {
      LoadResult result = Plans.to(shop.port()).open(1.5, 400).run();
      assertThat(Plans.offered(result)).isEqualTo(600);
      assertThat(Plans.accepted(result, "order")).isEqualTo(600);
      assertThat(result.intervals().get(0).offered()).isEqualTo(400);
      assertThat(result.intervals().get(1).offered()).isEqualTo(200);
      assertThat(result.generatorCpuMicros()).isPositive();
      assertThat(result.intervals().getFirst().lateness().count()).isPositive();
      assertThat(shop.connections()).isEqualTo(4);
    }
  }

  @Test
  void recordedArrivalsAreSentAtTheirTimes() throws Exception {
    Path arrivals = Files.writeString(folder.resolve("arrivals"), "0\n0\n1000000\n1200000000\n");
    try (TestShop shop = TestShop.accepting()) {
      LoadResult result = Plans.to(shop.port()).replay(arrivals).run();
      assertThat(result.intervals()).extracting(LoadResult.Interval::offered).startsWith(3L, 1L);
      assertThat(Plans.accepted(result, "order")).isEqualTo(4);
      assertThat(result.intervals().getFirst().lateness().count()).isBetween(1L, 3L);
    }
  }

  @Test
  void aServerThatComesBackIsFoundAgain() throws Exception {
    try (TestShop shop = TestShop.accepting()) {
      shop.goAwayAfter(50);
      LoadResult result = Plans.to(shop.port()).open(3, 100).bounds(PATIENT).run();
      assertThat(Plans.ended(result)).isEqualTo(300);
      // Only what was under way on one of the four connections can be lost.
      assertThat(Plans.failed(result, "CONNECTION")).isLessThanOrEqualTo(4);
      assertThat(Plans.accepted(result, "order")).isGreaterThanOrEqualTo(296);
      assertThat(shop.connections()).isEqualTo(8);
    }
  }

  @Test
  void keysTokensAndSkusAreTakenInTurn() throws Exception {
    Map<Long, String> tokens = new ConcurrentHashMap<>();
    try (TestShop shop =
        new TestShop(
            request -> {
              tokens.put(TestShop.number(request), request.getHeader("Authorization"));
              TestShop.accept(request);
            })) {
      Plans.to(shop.port()).open(0.6, 10).history(folder.resolve("h")).run();
      OrderKeys keys = HistoryFile.header(folder.resolve("h")).keys();
      assertThat(history("h"))
          .hasSize(6)
          .allSatisfy(
              entry -> {
                assertThat(entry.outcome()).isEqualTo(Outcome.ACCEPTED);
                assertThat(entry.orderId()).isEqualTo(new UUID(7, entry.number()));
                assertThat(tokens.get(entry.number()))
                    .isEqualTo("Bearer token-" + (2 - entry.number() % 2));
                assertThat(shop.body(keys.key(entry.number())))
                    .isEqualTo(
                        "{\"lines\":[{\"sku\":\"%s\",\"quantity\":1}]}".formatted(entry.sku()));
              });
    }
    assertThat(tokens).containsValues("Bearer token-1", "Bearer token-2");
    assertThat(history("h")).extracting(Entry::sku).containsOnly("TEE-1", "TEE-2", "TEE-3");
  }

  @Test
  void oneMoreThanMayBeUnderWayIsNotSent() throws Exception {
    AtomicInteger received = new AtomicInteger();
    try (TestShop shop = new TestShop(request -> received.incrementAndGet())) {
      LoadResult result =
          Plans.to(shop.port()).open(1, 100).bounds(new Bounds(10, 1_500, 0, 0)).run();
      assertThat(Plans.failed(result, "IN_FLIGHT")).isEqualTo(90);
      assertThat(Plans.failed(result, "TIMEOUT")).isEqualTo(10);
      assertThat(Plans.ended(result)).isEqualTo(Plans.offered(result)).isEqualTo(100);
      // Four connections, and the six that waited for one were too late when they came anew.
      assertThat(received.get()).isBetween(4, 10);
    }
  }

  @Test
  void aLateAnswerIsNobodyElses() throws Exception {
    Bounds impatient = new Bounds(100_000, 300, 0, 0);
    try (TestShop shop = slowForEveryThird()) {
      LoadResult result =
          Plans.to(shop.port())
              .over(Protocol.HTTP1, 1, 0)
              .open(3, 5)
              .bounds(impatient)
              .history(folder.resolve("h"))
              .run();
      assertThat(Plans.failed(result, "TIMEOUT")).isPositive();
      assertThat(Plans.ended(result)).isEqualTo(15);
      assertThat(shop.connections()).isGreaterThan(1);
    }
    List<Entry> history = history("h");
    assertThat(history).filteredOn(e -> e.outcome() == Outcome.UNKNOWN).isNotEmpty();
    assertThat(history)
        .filteredOn(e -> e.outcome() == Outcome.ACCEPTED)
        .isNotEmpty()
        .allSatisfy(e -> assertThat(e.orderId()).isEqualTo(new UUID(7, e.number())));
  }

  private static TestShop slowForEveryThird() throws Exception {
    TestShop[] shop = new TestShop[1];
    shop[0] =
        new TestShop(
            request -> {
              if (TestShop.number(request) % 3 == 0) {
                shop[0].vertx().setTimer(600, timer -> TestShop.accept(request));
              } else {
                TestShop.accept(request);
              }
            });
    return shop[0];
  }

  @Test
  void aConnectionEndsAfterItsNumberOfRequests() throws Exception {
    try (TestShop shop = TestShop.accepting()) {
      LoadResult result =
          Plans.to(shop.port()).over(Protocol.HTTP1, 2, 5).open(1, 100).bounds(PATIENT).run();
      assertThat(Plans.accepted(result, "order")).isEqualTo(100);
      assertThat(shop.connections()).isBetween(20, 22);
    }
  }

  @Test
  void aServerThatEndsConnectionsFindsThemOpenedAnew() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    try (TestShop shop =
        new TestShop(
            request -> {
              TestShop.accept(request);
              if (answered.incrementAndGet() % 10 == 0) {
                request.connection().close();
              }
            })) {
      LoadResult result = Plans.to(shop.port()).open(1, 200).bounds(PATIENT).run();
      assertThat(Plans.ended(result)).isEqualTo(200);
      assertThat(Plans.accepted(result, "order") + Plans.failed(result, "CONNECTION"))
          .isEqualTo(200);
      assertThat(Plans.accepted(result, "order")).isGreaterThan(100);
      assertThat(shop.connections()).isGreaterThan(10);
    }
  }

  @Test
  void anAnswerWithConnectionCloseIsWhole() throws Exception {
    try (TestShop shop =
        new TestShop(
            request -> {
              request.response().putHeader("Connection", "close");
              TestShop.accept(request);
            })) {
      LoadResult result = Plans.to(shop.port()).open(1, 50).bounds(PATIENT).run();
      assertThat(Plans.accepted(result, "order")).isEqualTo(50);
      assertThat(shop.connections()).isBetween(50, 54);
    }
  }

  @Test
  void whatIsRefusedForNowIsSentAgainWithTheSameKey() throws Exception {
    AtomicInteger received = new AtomicInteger();
    TestShop[] shop = new TestShop[1];
    try (TestShop limited =
        new TestShop(
            request -> {
              received.incrementAndGet();
              if (shop[0].isFirst(request)) {
                TestShop.refuse(request, 429, "RATE_LIMITED");
              } else {
                TestShop.accept(request);
              }
            })) {
      shop[0] = limited;
      for (int pauseMillis : new int[] {0, 20}) {
        received.set(0);
        Bounds retrying = new Bounds(1_000, 20_000, 3, pauseMillis);
        // A key carries the second of its run.
        limited.forgetKeys();
        LoadResult result = Plans.to(limited.port()).open(1, 100).bounds(retrying).run();
        assertThat(Plans.accepted(result, "order")).isEqualTo(100);
        assertThat(Plans.retried(result)).isEqualTo(100);
        assertThat(Plans.ended(result)).isEqualTo(100);
        assertThat(received.get()).isEqualTo(200);
      }
    }
  }

  @Test
  void retriesAreBounded() throws Exception {
    AtomicInteger received = new AtomicInteger();
    try (TestShop shop =
        new TestShop(
            request -> {
              received.incrementAndGet();
              TestShop.refuse(request, 503, "OVERLOADED");
            })) {
      Bounds twice = new Bounds(1_000, 20_000, 2, 0);
      LoadResult result = Plans.to(shop.port()).open(0.5, 100).bounds(twice).run();
      assertThat(Plans.refused(result, "OVERLOADED")).isEqualTo(50);
      assertThat(Plans.retried(result)).isEqualTo(100);
      assertThat(received.get()).isEqualTo(150);
    }
  }

  @Test
  void theHistorySaysWhatACustomerKnows() throws Exception {
    try (TestShop shop = new TestShop(Http1LoadTest::answerByNumber)) {
      Plans.to(shop.port()).open(1, 10).history(folder.resolve("h")).run();
    }
    Map<Long, Outcome> outcomes =
        history("h").stream().collect(Collectors.toMap(Entry::number, Entry::outcome));
    assertThat(outcomes)
        .isEqualTo(
            new HashMap<>(
                Map.of(
                    1L, Outcome.ACCEPTED,
                    2L, Outcome.REFUSED,
                    3L, Outcome.REFUSED,
                    4L, Outcome.REFUSED,
                    5L, Outcome.REFUSED,
                    6L, Outcome.UNKNOWN,
                    7L, Outcome.UNKNOWN,
                    8L, Outcome.UNKNOWN,
                    9L, Outcome.UNKNOWN,
                    10L, Outcome.UNKNOWN)));
  }

  private static void answerByNumber(HttpServerRequest request) {
    switch ((int) TestShop.number(request)) {
      case 1 -> TestShop.accept(request);
      case 2 -> TestShop.refuse(request, 409, "OUT_OF_STOCK");
      case 3 -> TestShop.refuse(request, 429, "RATE_LIMITED");
      case 4 -> TestShop.refuse(request, 503, "OVERLOADED");
      case 5 -> TestShop.refuse(request, 503, "UNAVAILABLE");
      case 6 -> TestShop.refuse(request, 503, "OUTCOME_UNKNOWN");
      case 7 -> TestShop.refuse(request, 409, "REQUEST_IN_FLIGHT");
      case 8 -> TestShop.refuse(request, 500, "INTERNAL");
      case 9 -> request.response().setStatusCode(502).end("bad gateway");
      default -> request.connection().close();
    }
  }

  @Test
  void aRefusalForNowDoesNotSettleWhatWasUnknown() throws Exception {
    TestShop[] shop = new TestShop[1];
    try (TestShop unsure =
        new TestShop(
            request -> {
              boolean first = shop[0].isFirst(request);
              TestShop.refuse(request, 503, first ? "OUTCOME_UNKNOWN" : "OVERLOADED");
            })) {
      shop[0] = unsure;
      Plans.to(unsure.port())
          .open(0.5, 10)
          .bounds(new Bounds(100, 20_000, 1, 0))
          .history(folder.resolve("h"))
          .run();
    }
    assertThat(history("h")).extracting(Entry::outcome).containsOnly(Outcome.UNKNOWN).hasSize(5);
  }

  @Test
  void aReplayIsAnAcceptedOrderOfTheSameConnectionWithItsKey() throws Exception {
    Map<String, Integer> timesByKey = new ConcurrentHashMap<>();
    try (TestShop shop =
        new TestShop(
            request -> {
              timesByKey.merge(TestShop.key(request), 1, Integer::sum);
              TestShop.accept(request);
            })) {
      LoadResult result =
          Plans.to(shop.port())
              .over(Protocol.HTTP1, 2, 0)
              .mix(Plans.share("order", Kind.ORDER), Plans.share("again", Kind.REPLAY))
              .open(1, 100)
              .bounds(PATIENT)
              .history(folder.resolve("h"))
              .run();
      assertThat(Plans.accepted(result, "order")).isEqualTo(50);
      assertThat(Plans.accepted(result, "again")).isEqualTo(50);
    }
    // On each of the two connections at most one was asked for before there was any.
    assertThat(timesByKey.size()).isBetween(50, 54);
    assertThat(timesByKey.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
    assertThat(history("h")).hasSize(timesByKey.size());
  }

  @Test
  void aReplayThatIsAnsweredWithAnotherOrderIsInTheHistory() throws Exception {
    AtomicInteger orders = new AtomicInteger();
    try (TestShop shop =
        new TestShop(request -> TestShop.accept(request, orders.incrementAndGet()))) {
      Plans.to(shop.port())
          .over(Protocol.HTTP1, 1, 0)
          .mix(Plans.share("order", Kind.ORDER), Plans.share("again", Kind.REPLAY))
          .open(1, 10)
          .history(folder.resolve("h"))
          .run();
    }
    Map<Long, Long> recordsByNumber =
        history("h").stream().collect(Collectors.groupingBy(Entry::number, Collectors.counting()));
    assertThat(recordsByNumber.values()).contains(2L);
  }

  @Test
  void aReplayThatIsAnsweredWithNoOrderIsInTheHistory() throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    try (TestShop shop =
        new TestShop(
            request -> {
              if (seen.add(TestShop.key(request))) {
                TestShop.accept(request);
              } else {
                request.response().setStatusCode(201).end("{}");
              }
            })) {
      Plans.to(shop.port())
          .over(Protocol.HTTP1, 1, 0)
          .mix(Plans.share("order", Kind.ORDER), Plans.share("again", Kind.REPLAY))
          .open(1, 10)
          .history(folder.resolve("h"))
          .run();
    }
    assertThat(history("h"))
        .anyMatch(entry -> entry.outcome() == Outcome.ACCEPTED && entry.orderId() == null);
  }

  @Test
  void everythingOfTheMixIsAskedByItsWeight() throws Exception {
    Map<String, Integer> times = new ConcurrentHashMap<>();
    try (TestShop shop =
        new TestShop(
            request -> {
              times.merge(request.method() + " " + request.path(), 1, Integer::sum);
              request.response().setChunked(true).write("{}\n");
              request.response().end("{}\n");
            })) {
      LoadResult result =
          Plans.to(shop.port())
              .mix(
                  new Share("orders", Kind.ORDER, 5, "", 1),
                  new Share("look", Kind.GET, 3, "/api/v1/stock/{sku}", 1),
                  new Share("check", Kind.STOCK_CHECK, 2, "", 2))
              .open(1, 100)
              .bounds(PATIENT)
              .run();
      assertThat(Plans.accepted(result, "orders")).isEqualTo(50);
      assertThat(Plans.accepted(result, "look")).isEqualTo(30);
      assertThat(Plans.accepted(result, "check")).isEqualTo(20);
    }
    assertThat(times)
        .containsOnly(
            Map.entry("POST /api/v1/orders", 50),
            Map.entry("POST /api/v1/stock:check", 20),
            Map.entry("GET /api/v1/stock/TEE-1", 10),
            Map.entry("GET /api/v1/stock/TEE-2", 10),
            Map.entry("GET /api/v1/stock/TEE-3", 10));
  }

  @Test
  void aTargetThatIsNotThereEndsTheRun() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThatThrownBy(() -> Plans.to(port).run()).isInstanceOf(ConnectException.class);
  }

  private List<Entry> history(String file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    HistoryFile.read(folder.resolve(file), entries::add);
    return entries;
  }
}
