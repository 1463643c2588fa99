package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.order.Placement.Origin;
import io.pigpig.runtime.faults.Direction;
import io.pigpig.runtime.faults.FaultProxy;
import io.pigpig.runtime.faults.Swizzle;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order path while the network between it and its stores fails. One shop's links go through
 * proxies that break them; the other shop's go straight to the same stores, and it is asked whether
 * the promises were kept.
 *
 * <p>Longer than other classes, because all its rows share the two shops and their proxies.
 */
final class LinkFaultTest {

  private static final Logger log = LoggerFactory.getLogger(LinkFaultTest.class);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(20);
  private static final Duration BRIEF = Duration.ofMillis(500);

  /** CommandComplete and ReadyForQuery outside of a transaction: the batch has been committed. */
  private static final String COMMITTED = "SELECT 1\0Z\0\0\0\5I";

  /** What the gate's script answers when it has granted every order of the batch. */
  private static final String GRANTED = ":0\r\n";

  private static final String END_ALL_SESSIONS =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND application_name LIKE 'pigpig-test-%'";

  private static final String SESSIONS_OF_SHOPS =
      "SELECT count(*) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND application_name LIKE 'pigpig-test-%'";

  /** More than a Postgres of the tests has. */
  private static final int HOLDERS_MAX = 200;

  private static final String TOO_MANY_CONNECTIONS = "53300";

  private static Vertx vertx;
  private static String jdbcUrl;
  private static FaultProxy toWriter;
  private static FaultProxy toReader;
  private static FaultProxy toRedis;
  private static ShopLoop.World world;
  private static ShopLoop shop;
  private static ShopLoop straight;

  private final long seed = new Random().nextLong();

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    String postgres = TestStores.freshDatabase("link_faults");
    String redis = TestStores.redisUrl();
    jdbcUrl = TestStores.jdbcUrl(postgres);
    toWriter = FaultProxy.before(vertx, postgres);
    toReader = FaultProxy.before(vertx, postgres);
    toRedis = FaultProxy.before(vertx, redis);
    world = ShopLoop.World.on(vertx, postgres);
    OrderSettings settings =
        SettingsReader.read(OrderSettings.class, Map.of("payment-window", "10m"));
    ShopLoop.Ways broken =
        new ShopLoop.Ways(
            toWriter.through(postgres), toReader.through(postgres), toRedis.through(redis));
    shop = ShopLoop.open(world.by(broken), settings);
    straight = ShopLoop.open(world, settings);
  }

  @AfterAll
  static void close() throws Exception {
    shop.close();
    straight.close();
    world.close();
    for (FaultProxy proxy : proxies()) {
      proxy.close();
    }
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @BeforeEach
  void bothShopsAccept() {
    log.info("seed {}", seed);
    OrderLoad first = new OrderLoad("TEE-CLASSIC-WHITE-M");
    first.placeAgain(shop, "first-of-shop-" + seed);
    first.placeAgain(straight, "first-of-straight-" + seed);
  }

  /** A link that came back must not have left connections or attempts behind. */
  @AfterEach
  void healedLinksHaveOneConnectionEach() {
    proxies().forEach(FaultProxy::heal);
    for (FaultProxy proxy : proxies()) {
      Eventually.holds("one connection", BACK_WITHIN, () -> proxy.connections() == 1);
    }
  }

  private static List<FaultProxy> proxies() {
    return List.of(toWriter, toReader, toRedis);
  }

  @Test
  void sessionsThatPostgresEndsUnderLoadLoseAndDoubleNothing() throws Exception {
    OrderLoad load = new OrderLoad("HOODIE-RED-M");
    long ended = 0;
    try (Connection other = DriverManager.getConnection(jdbcUrl)) {
      for (int round = 0; round < 8; round++) {
        load.beginMany(25, shop, OrderLoad.PATIENT);
        ended += Long.parseLong(text(other, END_ALL_SESSIONS));
        load.beginMany(25, straight, OrderLoad.PATIENT);
        ended += Long.parseLong(text(other, END_ALL_SESSIONS));
        load.awaitAnswers();
      }
    }
    assertThat(ended).isPositive();
    assertPromisesKept(load);
  }

  private static String text(Connection connection, String sql) {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Test
  void anOrderWhoseCommitWasNotSeenIsAnsweredByItsId() throws Exception {
    OrderLoad load = new OrderLoad("HOODIE-RED-S");
    Future<Void> cut = toWriter.cutWhen(Direction.TO_CLIENT, FaultProxy.containing(COMMITTED));
    Future<Placement> answer = load.begin(shop, OrderLoad.PATIENT, key("seen-by-id"));
    cut.await(30, TimeUnit.SECONDS);
    assertThat(answer.await(30, TimeUnit.SECONDS).origin()).isEqualTo(Origin.PLACED);
    load.awaitAnswers();
    assertPromisesKept(load);
  }

  @Test
  void aBatchWhoseCommitWasNotSeenIsAnsweredByItsIds() throws Exception {
    OrderLoad load = new OrderLoad("HOODIE-NAVY-S");
    for (int round = 0; round < 5; round++) {
      Future<Void> cut = toWriter.cutWhen(Direction.TO_CLIENT, FaultProxy.containing(COMMITTED));
      load.beginMany(20, shop, OrderLoad.PATIENT);
      load.beginMany(20, straight, OrderLoad.PATIENT);
      cut.await(30, TimeUnit.SECONDS);
      load.awaitAnswers();
      new OrderLoad("HOODIE-NAVY-XL").placeAgain(shop, key("round-" + round));
    }
    assertPromisesKept(load);
  }

  @Test
  void anOrderThatPostgresNeverSawIsNotPlacedAndItsRetryIs() throws Exception {
    OrderLoad load = new OrderLoad("HOODIE-RED-L");
    String key = key("never-seen");
    Future<Void> cut = toWriter.cutWhen(Direction.TO_SERVER, FaultProxy.containing(key));
    load.begin(shop, OrderLoad.PATIENT, key);
    cut.await(30, TimeUnit.SECONDS);
    load.awaitAnswers();
    assertThat(load.open().get(key)).isInstanceOf(Refusal.Unavailable.class);
    assertPromisesKept(load);
  }

  @Test
  void anOrderThatNobodyCanAskAboutIsUnknownAndItsRetryGetsIt() throws Exception {
    OrderLoad load = new OrderLoad("HOODIE-GREEN-M");
    String key = key("unknown");
    blackHole(toReader);
    Future<Void> cut = toWriter.cutReplyTo(FaultProxy.containing(key));
    load.begin(shop, BRIEF, key);
    cut.await(30, TimeUnit.SECONDS);
    load.awaitAnswers();
    assertThat(load.open().get(key)).isInstanceOf(Refusal.OutcomeUnknown.class);
    Order order = load.placeAgain(straight, key);
    toReader.heal();
    assertThat(load.placeAgain(shop, key)).isEqualTo(order);
    assertPromisesKept(load);
  }

  @Test
  void callersOfABlackHoleAreAnsweredAndTheLinksAreReplaced() throws Exception {
    OrderLoad load = new OrderLoad("TANK-NAVY-M");
    long before = toWriter.accepted();
    blackHole(toWriter);
    blackHole(toReader);
    Future<Placement> first = load.begin(shop, BRIEF, key("in-the-hole"));
    Future<Long> acceptedAtAnswer = first.transform(done -> accepted(toWriter));
    load.beginMany(40, shop, BRIEF);
    load.beginMany(10, straight, OrderLoad.PATIENT);
    load.awaitAnswers();
    assertThat(load.placed()).hasSize(10);
    assertThat(acceptedAtAnswer.await(30, TimeUnit.SECONDS))
        .as("answered by the deadline, before the link was given up")
        .isEqualTo(before);
    Eventually.holds("the writer replaced", BACK_WITHIN, () -> toWriter.accepted() > before);
    toWriter.heal();
    toReader.heal();
    OrderLoad after = new OrderLoad("TANK-NAVY-S");
    after.placeAgain(shop, key("after-the-hole"));
    assertPromisesKept(load);
  }

  /** Asked on a worker, because the proxy is asked by waiting. */
  private static Future<Long> accepted(FaultProxy proxy) {
    return vertx.executeBlocking(proxy::accepted);
  }

  @Test
  void commitsWhoseAnswersAreHeldUpAreAnsweredByTheirIds() throws Exception {
    OrderLoad load = new OrderLoad("TANK-RED-L");
    toWriter.clog(Direction.TO_CLIENT);
    load.beginMany(20, shop, OrderLoad.PATIENT);
    load.awaitAnswers();
    assertThat(load.placed()).isNotEmpty();
    toWriter.heal();
    assertPromisesKept(load);
  }

  @Test
  void aRequestThatArrivesAfterItsOrderWasFencedPlacesNothing() throws Exception {
    OrderLoad load = new OrderLoad("TANK-RED-M");
    String key = key("late");
    try (Connection other = DriverManager.getConnection(jdbcUrl)) {
      String begin = text(other, "SELECT clock_timestamp()::text");
      toWriter.clog(Direction.TO_SERVER);
      Future<Void> arrived = arrived(toWriter, key);
      load.begin(shop, OrderLoad.PATIENT, key);
      load.awaitAnswers();
      assertThat(load.open().get(key)).isInstanceOf(Refusal.Unavailable.class);
      assertThat(arrived.isComplete()).isFalse();
      toWriter.unclog(Direction.TO_SERVER);
      arrived.await(30, TimeUnit.SECONDS);
      Eventually.holds(
          "only the other shop's session is that old",
          BACK_WITHIN,
          () -> writersOlderThan(begin, other).equals("1"));
      assertThat(text(other, "SELECT count(*) FROM orders WHERE idem_key = '" + key + "'"))
          .isEqualTo("0");
    }
    assertPromisesKept(load);
  }

  private static String writersOlderThan(String moment, Connection other) {
    return text(
        other,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name = 'pigpig-test-writer' AND backend_start < '"
            + moment
            + "'");
  }

  /** Completes when a request with this text has gone to the server; breaks nothing. */
  private static Future<Void> arrived(FaultProxy proxy, String text) {
    Promise<Void> arrived = Promise.promise();
    Predicate<Buffer> fits = FaultProxy.containing(text);
    proxy.cutReplyTo(
        bytes -> {
          if (fits.test(bytes)) {
            arrived.tryComplete();
          }
          return false;
        });
    return arrived.future();
  }

  @Test
  void aSlowLinkToPostgresMakesNoFalseOutcome() throws Exception {
    OrderLoad load = new OrderLoad("TANK-GREEN-M");
    for (FaultProxy proxy : List.of(toWriter, toReader)) {
      for (Direction direction : Direction.values()) {
        proxy.delay(direction, Duration.ofMillis(100), Duration.ofMillis(50), new Random(seed));
      }
    }
    for (int round = 0; round < 3; round++) {
      load.beginMany(30, shop, OrderLoad.PATIENT);
      load.awaitAnswers();
    }
    assertThat(load.open()).as("seed " + seed).isEmpty();
    assertThat(load.placed()).as("seed " + seed).hasSize(90);
    assertPromisesKept(load);
  }

  @Test
  void linksThatFindNoFreeConnectionRefuseAtOnceAndComeBackWhenThereIsOne() throws Exception {
    OrderLoad load = new OrderLoad("TANK-GREEN-L");
    List<FaultProxy> toPostgres = List.of(toWriter, toReader);
    List<Connection> holders = new ArrayList<>();
    try (Connection other = DriverManager.getConnection(jdbcUrl)) {
      // Away until all are taken, so that a link cannot be faster than the last holder.
      toPostgres.forEach(FaultProxy::refuse);
      toPostgres.forEach(FaultProxy::reset);
      Eventually.holds(
          "only the other shop's sessions",
          BACK_WITHIN,
          () -> text(other, SESSIONS_OF_SHOPS).equals("2"));
      takeEveryConnection(holders);
      toPostgres.forEach(FaultProxy::heal);
      long attempts = toWriter.accepted();
      for (int round = 0; round < 4; round++) {
        load.beginMany(50, shop, BRIEF);
        load.beginMany(10, straight, OrderLoad.PATIENT);
        load.awaitAnswers();
        assertThat(shop.orders.pending()).as("nothing piles up").isZero();
      }
      assertRefusedAtOnce(load, 200);
      assertThat(load.placed()).as("by the links that were there").hasSize(40);
      Eventually.holds("tried again", BACK_WITHIN, () -> toWriter.accepted() > attempts + 2);
      assertThat(text(other, SESSIONS_OF_SHOPS)).isEqualTo("2");
    } finally {
      for (Connection holder : holders) {
        holder.close();
      }
    }
    new OrderLoad("TANK-GREEN-XL").placeAgain(shop, key("after-the-holders"));
    assertPromisesKept(load);
  }

  private static void takeEveryConnection(List<Connection> holders) throws SQLException {
    try {
      while (holders.size() < HOLDERS_MAX) {
        holders.add(DriverManager.getConnection(jdbcUrl));
      }
    } catch (SQLException e) {
      assertThat(e.getSQLState()).isEqualTo(TOO_MANY_CONNECTIONS);
      return;
    }
    throw new AssertionError(HOLDERS_MAX + " connections and still one more");
  }

  @Test
  void aBlackHoleBeforeRedisClosesOneShopAndItAcceptsAgainAfterwards() throws Exception {
    OrderLoad load = new OrderLoad("LONGSLEEVE-NAVY-L");
    long before = toRedis.accepted();
    blackHole(toRedis);
    load.beginMany(40, shop, OrderLoad.PATIENT);
    load.awaitAnswers();
    assertRefusedAtOnce(load, 40);
    Eventually.holds("the link replaced", BACK_WITHIN, () -> toRedis.accepted() > before);
    load.beginMany(40, straight, OrderLoad.PATIENT);
    load.awaitAnswers();
    assertThat(load.placed()).hasSize(40);
    toRedis.heal();
    new OrderLoad("LONGSLEEVE-NAVY-M").placeAgain(shop, key("after-the-hole"));
    assertPromisesKept(load);
  }

  @Test
  void aRedisThatHearsAndCannotAnswerLosesAndDoublesNothing() throws Exception {
    OrderLoad load = new OrderLoad("LONGSLEEVE-RED-L");
    toRedis.clog(Direction.TO_CLIENT);
    load.beginMany(40, shop, OrderLoad.PATIENT);
    load.awaitAnswers();
    assertRefusedAtOnce(load, 40);
    toRedis.heal();
    assertPromisesKept(load);
  }

  /** By name, not by their deadline: nothing was begun. */
  private static void assertRefusedAtOnce(OrderLoad load, int orders) {
    assertThat(load.open().values())
        .hasSize(orders)
        .allSatisfy(refusal -> assertThat(refusal).isInstanceOf(Refusal.Unavailable.class));
  }

  @Test
  void aRedisEmptiedOfItsScriptsAndKeysUnderLoadLosesAndDoublesNothing() throws Exception {
    OrderLoad load = new OrderLoad("LONGSLEEVE-GREEN-L");
    for (int round = 0; round < 8; round++) {
      load.beginMany(25, shop, OrderLoad.PATIENT);
      load.beginMany(25, straight, OrderLoad.PATIENT);
      if (round % 2 == 0) {
        flushScripts();
      } else {
        TestStores.flushRedis();
      }
      load.awaitAnswers();
    }
    assertPromisesKept(load);
  }

  @Test
  void ordersGoOnAtOnceWhenRedisHasForgottenItsScripts() throws Exception {
    OrderLoad load = new OrderLoad("LONGSLEEVE-GREEN-M");
    for (int round = 0; round < 4; round++) {
      flushScripts();
      load.beginMany(10, shop, OrderLoad.PATIENT);
      load.awaitAnswers();
    }
    assertThat(load.open()).isEmpty();
    assertPromisesKept(load);
  }

  private static void flushScripts() throws IOException {
    URI address = URI.create(TestStores.redisUrl());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write("SCRIPT FLUSH\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(5);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("+OK\r\n");
    }
  }

  @Test
  void theLastUnitCanBeBoughtAfterItsGrantWasLost() throws Exception {
    OrderLoad load = new OrderLoad("TANK-GREEN-S");
    straight.call(() -> straight.stock.setTotal(load.sku(), 1));
    Future<Void> cut = toRedis.cutWhen(Direction.TO_CLIENT, FaultProxy.containing(GRANTED));
    String key = load.begin(shop, OrderLoad.PATIENT);
    cut.await(30, TimeUnit.SECONDS);
    load.awaitAnswers();
    assertThat(load.open().get(key)).isInstanceOf(Refusal.Unavailable.class);
    // The audit is what corrects the gate of a shop that has no keeper of its own.
    Eventually.holds(
        "bought in the end",
        BACK_WITHIN,
        () -> {
          audit();
          return load.ask(shop, key) == null;
        });
    assertPromisesKept(load);
  }

  @Test
  void grantsThatAreLostUnderLoadLoseNoOrderAndTheirUnitsComeBack() throws Exception {
    OrderLoad load = new OrderLoad("TANK-NAVY-XS");
    for (int round = 0; round < 5; round++) {
      Future<Void> cut = toRedis.cutWhen(Direction.TO_CLIENT, FaultProxy.containing(GRANTED));
      load.beginMany(20, shop, OrderLoad.PATIENT);
      load.beginMany(20, straight, OrderLoad.PATIENT);
      cut.await(30, TimeUnit.SECONDS);
      load.awaitAnswers();
      new OrderLoad("TANK-NAVY-XL").placeAgain(shop, key("round-" + round));
    }
    assertPromisesKept(load);
  }

  @Test
  void linksThatAreCloggedAndUncloggedInTurnLoseAndDoubleNothing() throws Exception {
    OrderLoad load = new OrderLoad("TEE-OVERSIZE-RED-M");
    for (int turn = 0; turn < 3; turn++) {
      Swizzle swizzle = new Swizzle(proxies(), seed + turn);
      log.info("{}", swizzle);
      while (swizzle.hasStep()) {
        load.beginMany(10, shop, BRIEF);
        swizzle.step();
        load.beginMany(10, shop, BRIEF);
        load.beginMany(5, straight, OrderLoad.PATIENT);
        load.awaitAnswers();
      }
    }
    assertPromisesKept(load);
  }

  private static void blackHole(FaultProxy proxy) {
    for (Direction direction : Direction.values()) {
      proxy.clog(direction);
    }
  }

  private void assertPromisesKept(OrderLoad load) throws Exception {
    load.assertEachKeyMakesItsOneOrder(straight, jdbcUrl);
    for (Audit.Check check : audit()) {
      assertThat(check.violations()).as(check.name() + ", seed " + seed).isZero();
    }
  }

  private static List<Audit.Check> audit() {
    try {
      return straight.call(straight.audit::run);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String key(String what) {
    return what + "-" + Long.toHexString(seed) + "-key";
  }
}
