package io.pigpig.runtime.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.OutcomeUnknownException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connection against a real Postgres that is slow, says no, or is killed. */
final class PgLinkTest {

  private static final Duration BACK_WITHIN = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final PgLink link =
      new PgLink(
          vertx,
          TestStores.postgresUrl(),
          "link",
          SettingsReader.read(
              PgLinkSettings.class,
              Map.of("answer-timeout", "400ms", "statement-timeout", "300ms")),
          new Random(3));

  @BeforeEach
  void open() throws Exception {
    onLoop(link::open);
  }

  @AfterEach
  void close() throws Exception {
    onLoop(link::close);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void theSessionWaitsForTheDiskAndHasItsDeadlines() throws Exception {
    assertThat(setting("synchronous_commit")).isEqualTo("on");
    assertThat(setting("statement_timeout")).isEqualTo("300ms");
    assertThat(setting("lock_timeout")).isEqualTo("2s");
  }

  @Test
  void anErrorOfTheServerIsToldAsItIsAndTheLinkStaysUp() throws Exception {
    assertThatThrownBy(() -> query("SELECT 1 / 0"))
        .isInstanceOfSatisfying(
            PgException.class, e -> assertThat(e.getSqlState()).isEqualTo("22012"));
    assertThat(link.isUp()).isTrue();
  }

  @Test
  void theServersOwnDeadlineMeansNotNowSinceItRolledBack() {
    assertThatThrownBy(() -> query("SELECT pg_sleep(2)"))
        .isInstanceOf(LinkDownException.class)
        .hasMessageContaining("57014");
  }

  @Test
  void aStatementWithoutAnAnswerInTimeIsUnknownAndTheLinkComesBack() throws Exception {
    query("SET statement_timeout = 0");
    assertThatThrownBy(() -> query("SELECT pg_sleep(2)"))
        .isInstanceOf(OutcomeUnknownException.class);
    awaitUp();
    assertThat(query("SELECT 7 AS seven").iterator().next().getInteger("seven")).isEqualTo(7);
  }

  @Test
  void aStatementBehindOneWithoutAnswerGetsNoAnswerOfAnother() throws Exception {
    query("SET statement_timeout = 0");
    Future<RowSet<Row>> stuck = begin(() -> link.query("SELECT pg_sleep(2)", Tuple.tuple()));
    Future<RowSet<Row>> behind = begin(() -> link.query("SELECT 8 AS eight", Tuple.tuple()));
    assertThatThrownBy(() -> stuck.await(30, TimeUnit.SECONDS))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThatThrownBy(() -> behind.await(30, TimeUnit.SECONDS))
        .isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void aSessionThatIsEndedBetweenStatementsSaysNothingAboutTheOneUnderWay() throws Exception {
    assertThatThrownBy(() -> query("SELECT pg_terminate_backend(pg_backend_pid())"))
        .isInstanceOf(OutcomeUnknownException.class);
    awaitUp();
  }

  @Test
  void nothingIsSentWhilePostgresIsDeadAndTheLinkComesBackWithIt() throws Exception {
    TestStores.kill9Postgres();
    Eventually.holds("the loss seen", BACK_WITHIN, () -> isLinkDown());
    awaitUp();
  }

  private boolean isLinkDown() {
    try {
      query("SELECT 1");
      return false;
    } catch (LinkDownException e) {
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  private void awaitUp() {
    Eventually.holds("the link back", BACK_WITHIN, this::answers);
  }

  private boolean answers() {
    try {
      query("SELECT 1");
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  private String setting(String name) throws Exception {
    return query("SELECT current_setting('" + name + "') AS s").iterator().next().getString("s");
  }

  private RowSet<Row> query(String sql) throws Exception {
    return onLoop(() -> link.query(sql, Tuple.tuple()));
  }

  private <T> T onLoop(java.util.function.Supplier<Future<T>> work) throws Exception {
    return begin(work).await(30, TimeUnit.SECONDS);
  }

  private <T> Future<T> begin(java.util.function.Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future();
  }
}
