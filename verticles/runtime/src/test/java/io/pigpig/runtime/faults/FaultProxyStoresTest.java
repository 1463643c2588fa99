package io.pigpig.runtime.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.OutcomeUnknownException;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.redis.RedisLink;
import io.pigpig.runtime.redis.RedisLinkSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our links through the proxy to a real Postgres and a real Redis. */
final class FaultProxyStoresTest {

  private static final Logger log = LoggerFactory.getLogger(FaultProxyStoresTest.class);
  private static final Duration SOON = Duration.ofSeconds(20);

  /** CommandComplete and ReadyForQuery of an INSERT that has been committed. */
  private static final String INSERTED = "INSERT 0 1\0Z\0\0\0\5I";

  private final long seed = new Random().nextLong();
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final String postgresUrl = TestStores.postgresUrl();
  private final String redisUrl = TestStores.freshRedis();
  private final FaultProxy toPostgres = FaultProxy.before(vertx, postgresUrl);
  private final FaultProxy toRedis = FaultProxy.before(vertx, redisUrl);
  private final PgLink postgres = pgLink(toPostgres.through(postgresUrl));
  private final PgLink straight = pgLink(postgresUrl);
  private final RedisLink redis =
      new RedisLink(
          vertx,
          toRedis.through(redisUrl),
          "link",
          SettingsReader.read(RedisLinkSettings.class, Map.of()),
          new Random(5));

  private PgLink pgLink(String url) {
    PgLinkSettings settings =
        SettingsReader.read(
            PgLinkSettings.class, Map.of("answer-timeout", "1s", "statement-timeout", "900ms"));
    return new PgLink(vertx, url, "link", settings, new Random(3));
  }

  @BeforeEach
  void open() throws Exception {
    log.info("seed {}", seed);
    onLoop(straight::open);
    onLoop(postgres::open);
    onLoop(redis::open);
    onLoop(() -> straight.query("DROP TABLE IF EXISTS passed", Tuple.tuple()));
    onLoop(() -> straight.query("CREATE TABLE passed (value int)", Tuple.tuple()));
  }

  @AfterEach
  void close() throws Exception {
    onLoop(() -> straight.query("DROP TABLE passed", Tuple.tuple()));
    onLoop(() -> Future.all(straight.close(), postgres.close(), redis.close()));
    toPostgres.close();
    toRedis.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void aRowWhoseReplyIsCutIsThereAndItsOutcomeIsUnknown() throws Exception {
    Future<Void> cut = toPostgres.cutWhen(Direction.TO_CLIENT, FaultProxy.containing(INSERTED));
    assertUnknown(insert(1));
    cut.await(30, TimeUnit.SECONDS);
    assertThat(rows()).isEqualTo(1);
    Eventually.holds("the link back", SOON, this::inserts);
  }

  @Test
  void aRowWhoseRequestIsCutIsNotThereAndItsOutcomeIsUnknown() throws Exception {
    Future<Void> cut = toPostgres.cutWhen(Direction.TO_SERVER, FaultProxy.containing("passed"));
    assertUnknown(insert(1));
    cut.await(30, TimeUnit.SECONDS);
    assertThat(rows()).isZero();
    Eventually.holds("the link back", SOON, this::inserts);
  }

  @Test
  void aBlackHoleCostsTheConnectionAndTheLinkComesBackWhenItIsGone() throws Exception {
    toPostgres.clog(Direction.TO_SERVER);
    assertUnknown(insert(1));
    Eventually.holds("a new connection tried", SOON, () -> toPostgres.accepted() > 1);
    assertThat(rows()).isZero();
    toPostgres.unclog(Direction.TO_SERVER);
    Eventually.holds("the link back", SOON, this::inserts);
  }

  @Test
  void aSlowLinkWithJitterAnswersEveryStatementWithItsOwnAnswer() throws Exception {
    for (Direction direction : Direction.values()) {
      toPostgres.delay(direction, Duration.ofMillis(5), Duration.ofMillis(20), new Random(seed));
    }
    Map<Integer, Future<RowSet<Row>>> answers = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      int value = i;
      answers.put(i, begin(() -> postgres.query("SELECT $1::int", Tuple.of(value))));
    }
    for (Map.Entry<Integer, Future<RowSet<Row>>> answer : answers.entrySet()) {
      int value = answer.getValue().await(30, TimeUnit.SECONDS).iterator().next().getInteger(0);
      assertThat(value).as("seed " + seed).isEqualTo(answer.getKey());
    }
  }

  @Test
  void anAnswerThatIsCutHalfWayLeavesTheOutcomeUnknown() throws Exception {
    Future<Void> cut = toPostgres.cutAfter(Direction.TO_CLIENT, 500);
    assertUnknown(begin(() -> postgres.query("SELECT repeat('x', 100000) AS long", Tuple.tuple())));
    cut.await(30, TimeUnit.SECONDS);
    Eventually.holds("the link back", SOON, this::inserts);
  }

  @Test
  void aResetOfTheLinkIsTakenUpAgain() throws Exception {
    toPostgres.reset();
    toRedis.reset();
    Eventually.holds("Postgres back", SOON, this::inserts);
    Eventually.holds("Redis back", SOON, () -> succeeds(() -> count("n")));
  }

  @Test
  void aScriptWhoseReplyIsCutHasRunOnce() throws Exception {
    count("n");
    Future<Void> cut = toRedis.cutReplyTo(FaultProxy.containing("INCR"));
    assertUnknown(begin(() -> redis.send(script("n"))));
    cut.await(30, TimeUnit.SECONDS);
    Eventually.holds("the link back", SOON, () -> succeeds(() -> count("other")));
    assertThat(count("n")).isEqualTo(3);
  }

  @Test
  void aRefusedLinkComesBackWhenItIsNotRefusedAnyMore() throws Exception {
    toRedis.refuse();
    toRedis.reset();
    Eventually.holds("tried again", SOON, () -> toRedis.accepted() > 2);
    assertThat(succeeds(() -> count("n"))).isFalse();
    toRedis.heal();
    Eventually.holds("the link back", SOON, () -> succeeds(() -> count("n")));
  }

  private static Request script(String key) {
    return Request.cmd(Command.EVAL).arg("return redis.call('INCR', KEYS[1])").arg(1).arg(key);
  }

  private long count(String key) throws Exception {
    Response counted = onLoop(() -> redis.send(script(key)));
    return Long.parseLong(String.valueOf(counted));
  }

  private Future<RowSet<Row>> insert(int value) {
    return begin(() -> postgres.query("INSERT INTO passed VALUES ($1::int)", Tuple.of(value)));
  }

  private boolean inserts() {
    return succeeds(() -> insert(2).await(30, TimeUnit.SECONDS));
  }

  private long rows() throws Exception {
    return onLoop(() -> straight.query("SELECT count(*) FROM passed", Tuple.tuple()))
        .iterator()
        .next()
        .getLong(0);
  }

  private static boolean succeeds(Callable<?> work) {
    try {
      work.call();
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  private static void assertUnknown(Future<?> answer) {
    assertThatThrownBy(() -> answer.await(30, TimeUnit.SECONDS))
        .isInstanceOf(OutcomeUnknownException.class);
  }

  private <T extends @Nullable Object> T onLoop(Callable<Future<T>> work) throws Exception {
    return begin(work).await(30, TimeUnit.SECONDS);
  }

  private <T extends @Nullable Object> Future<T> begin(Callable<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(
        nothing -> {
          try {
            work.call().onComplete(promise);
          } catch (Exception e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }
}
