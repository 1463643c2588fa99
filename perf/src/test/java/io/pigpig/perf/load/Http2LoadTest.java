package io.pigpig.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.load.LoadPlan.Bounds;
import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Protocol;
import io.pigpig.perf.load.LoadPlan.Share;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Http2LoadTest {

  private static final String PASSWORD = "for-a-test";
  private static final int KEYTOOL_SECONDS = 60;

  @TempDir private Path folder;

  @Test
  void ordersAreAcceptedInClearText() throws Exception {
    assertAllIsAnswered(Protocol.H2C, new HttpServerOptions());
  }

  @Test
  void ordersAreAcceptedOverTls() throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(
                new PfxOptions().setPath(certificate().toString()).setPassword(PASSWORD));
    assertAllIsAnswered(Protocol.H2, options);
  }

  private void assertAllIsAnswered(Protocol protocol, HttpServerOptions options) throws Exception {
    Path history = folder.resolve("h");
    try (TestShop shop = new TestShop(options, Http2LoadTest::answer)) {
      LoadResult result =
          Plans.to(shop.port())
              .over(protocol, 2, 0)
              .mix(
                  Plans.share("order", Kind.ORDER),
                  Plans.share("again", Kind.REPLAY),
                  new Share("look", Kind.GET, 1, "/api/v1/stock/{sku}", 1),
                  new Share("check", Kind.STOCK_CHECK, 1, "", 2))
              .open(1, 200)
              .history(history)
              .run();
      assertThat(Plans.offered(result)).isEqualTo(200);
      assertThat(Plans.accepted(result, "look")).isEqualTo(50);
      assertThat(Plans.accepted(result, "check")).isEqualTo(50);
      assertThat(Plans.accepted(result, "order") + Plans.accepted(result, "again"))
          .isEqualTo(100 - Plans.refused(result, "OUT_OF_STOCK"));
      assertThat(Plans.refused(result, "OUT_OF_STOCK")).isPositive();
      assertThat(shop.connections()).isEqualTo(2);
    }
    List<HistoryFile.Entry> entries = new ArrayList<>();
    HistoryFile.read(history, entries::add);
    assertThat(entries)
        .filteredOn(entry -> entry.outcome() == HistoryFile.Outcome.ACCEPTED)
        .isNotEmpty()
        .allSatisfy(e -> assertThat(e.orderId()).isEqualTo(new UUID(7, e.number())));
  }

  private static void answer(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) {
      TestShop.refuse(request, 505, "NOT_HTTP_2");
    } else if (!TestShop.key(request).isEmpty() && TestShop.number(request) % 10 == 0) {
      TestShop.refuse(request, 409, "OUT_OF_STOCK");
    } else {
      TestShop.accept(request);
    }
  }

  private Path certificate() throws Exception {
    Path store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-dname",
                "CN=somebody else",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)).isTrue();
    return store;
  }

  @Test
  void noMoreStreamsAreOpenThanTheServerAllows() throws Exception {
    Gathering gathering = new Gathering(Integer.MAX_VALUE);
    HttpServerOptions options =
        new HttpServerOptions().setInitialSettings(new Http2Settings().setMaxConcurrentStreams(3));
    try (TestShop slow = gathering.open(options)) {
      LoadResult result = Plans.to(slow.port()).over(Protocol.H2C, 2, 0).open(0.1, 200).run();
      assertThat(Plans.accepted(result, "order")).isEqualTo(20);
      assertThat(gathering.openMax.get()).isBetween(3, 6);
    }
  }

  @Test
  void aClosedLoopKeepsAsManyUnderWayAsItMay() throws Exception {
    Gathering gathering = new Gathering(10);
    try (TestShop slow = gathering.open(new HttpServerOptions())) {
      Bounds ten = new Bounds(10, 20_000, 0, 0);
      LoadResult result =
          Plans.to(slow.port()).over(Protocol.H2C, 2, 0).closed(0.5).bounds(ten).run();
      assertThat(Plans.accepted(result, "order")).isGreaterThanOrEqualTo(10);
      assertThat(gathering.openMax.get()).isEqualTo(10);
    }
  }

  /** Answers once so many requests are there, or 200 ms after the first of them. */
  private static final class Gathering {
    private static final long WAIT_MILLIS = 200;

    private final List<HttpServerRequest> open = new ArrayList<>();
    private final AtomicInteger openMax = new AtomicInteger();
    private final int number;
    private @Nullable TestShop shop;

    Gathering(int number) {
      this.number = number;
    }

    TestShop open(HttpServerOptions options) throws Exception {
      shop = new TestShop(options, this::receive);
      return shop;
    }

    private void receive(HttpServerRequest request) {
      open.add(request);
      openMax.accumulateAndGet(open.size(), Math::max);
      if (open.size() == number) {
        answer();
      } else if (open.size() == 1 && shop != null) {
        shop.vertx().setTimer(WAIT_MILLIS, timer -> answer());
      }
    }

    private void answer() {
      List<HttpServerRequest> gathered = List.copyOf(open);
      open.clear();
      gathered.forEach(TestShop::accept);
    }
  }

  @Test
  void whatIsOverdueIsResetAndTheConnectionKept() throws Exception {
    AtomicInteger resets = new AtomicInteger();
    try (TestShop shop =
        new TestShop(
            request -> {
              if (TestShop.number(request) % 2 == 0) {
                request.response().exceptionHandler(reset -> resets.incrementAndGet());
              } else {
                TestShop.accept(request);
              }
            })) {
      LoadResult result =
          Plans.to(shop.port())
              .over(Protocol.H2C, 1, 0)
              .open(1, 40)
              .bounds(new Bounds(1_000, 4_000, 0, 0))
              .run();
      assertThat(Plans.accepted(result, "order")).isEqualTo(20);
      assertThat(Plans.failed(result, "TIMEOUT")).isEqualTo(20);
      assertThat(shop.connections()).isEqualTo(1);
    }
    assertThat(resets.get()).isPositive();
  }

  @Test
  void aConnectionEndsAfterItsNumberOfRequests() throws Exception {
    try (TestShop shop = TestShop.accepting()) {
      LoadResult result = Plans.to(shop.port()).over(Protocol.H2C, 2, 5).open(1, 100).run();
      assertThat(Plans.accepted(result, "order")).isEqualTo(100);
      assertThat(shop.connections()).isBetween(20, 22);
    }
  }

  @Test
  void aServerThatGoesAwayIsAskedOverAnotherConnection() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    try (TestShop shop =
        new TestShop(
            request -> {
              TestShop.accept(request);
              if (answered.incrementAndGet() % 3 == 0) {
                request.connection().goAway(0);
              }
            })) {
      Bounds one = new Bounds(1, 20_000, 0, 0);
      LoadResult result =
          Plans.to(shop.port()).over(Protocol.H2C, 1, 0).closed(2).bounds(one).run();
      assertThat(Plans.ended(result)).isEqualTo(Plans.offered(result));
      assertThat(shop.connections()).isGreaterThan(1);
      assertThat(Plans.accepted(result, "order")).isGreaterThan(3);
      // The one request that may have left before GOAWAY was read.
      assertThat(Plans.failed(result, "CONNECTION")).isLessThanOrEqualTo(shop.connections());
    }
  }
}
