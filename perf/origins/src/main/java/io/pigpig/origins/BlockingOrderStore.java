package io.pigpig.origins;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pigpig.edge.wiring.Choices.Site;
import io.pigpig.edge.wiring.OrderStore;
import io.pigpig.order.OrderLedger;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.order.postgres.PostgresOrderLedger;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * JDBC on worker threads: so many of them, and as many connections in a pool. Owned by one event
 * loop, which its futures complete on.
 */
final class BlockingOrderStore implements OrderStore {

  /** What a thread is given at a time. */
  enum Manner {
    /** The stack's own statement, for a whole batch. */
    BATCHES,
    /** A transaction an order. */
    ROW_BY_ROW
  }

  private final Site site;
  private final Manner manner;
  private final WorkerExecutor workers;
  private final OrderLedger ledger;
  private @Nullable HikariDataSource pool;
  private @Nullable JdbcPlacing placing;

  /**
   * @param reader that reads are made by
   */
  BlockingOrderStore(Site site, PgLink reader, Manner manner) {
    this.site = site;
    this.manner = manner;
    workers =
        site.vertx().createSharedWorkerExecutor("jdbc-" + site.number(), Origins.TRANSACTIONS_MAX);
    // Nothing is placed by the reader: placing is what is done otherwise.
    PostgresOrderLedger rest = new PostgresOrderLedger(reader, reader, site.settings().order());
    int atOnce = manner == Manner.BATCHES ? rest.batchesAtOnce() : Origins.TRANSACTIONS_MAX;
    ledger = new OtherwisePlaced(rest, this::place, atOnce);
  }

  private Future<List<Outcome>> place(List<NewOrder> batch) {
    JdbcPlacing open = Objects.requireNonNull(placing, "open() comes first");
    return workers.executeBlocking(
        () -> manner == Manner.BATCHES ? open.batch(batch) : open.rowByRow(batch), false);
  }

  @Override
  public Future<Void> open() {
    return workers
        .executeBlocking(() -> new HikariDataSource(config()), false)
        .onSuccess(
            fresh -> {
              pool = fresh;
              placing = new JdbcPlacing(fresh, site.settings().order().paymentWindow());
            })
        .mapEmpty();
  }

  private HikariConfig config() {
    PgConnectOptions url = PgConnectOptions.fromUri(site.postgresUrl());
    PgLinkSettings settings = site.settings().postgres();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + "/" + url.getDatabase());
    config.setUsername(url.getUser());
    config.setPassword(url.getPassword());
    config.setPoolName("jdbc-" + site.number());
    config.setMaximumPoolSize(Origins.TRANSACTIONS_MAX);
    config.setConnectionTimeout(settings.connectTimeout().toMillis());
    config.addDataSourceProperty("ApplicationName", "pigpig-jdbc-" + site.number());
    config.addDataSourceProperty("socketTimeout", seconds(settings.answerTimeout()));
    // As the stack's own connections, see PgLink.
    config.addDataSourceProperty(
        "options",
        "-c synchronous_commit=on -c jit=off -c plan_cache_mode=force_generic_plan"
            + (" -c statement_timeout=" + settings.statementTimeout().toMillis())
            + (" -c lock_timeout=" + settings.lockTimeout().toMillis()));
    return config;
  }

  private static String seconds(Duration time) {
    return Long.toString(Math.max(1, time.toSeconds()));
  }

  @Override
  public boolean isUp() {
    HikariDataSource open = pool;
    return open != null && !open.isClosed();
  }

  @Override
  public OrderLedger ledger() {
    return ledger;
  }

  @Override
  public Future<Void> close() {
    HikariDataSource open = pool;
    Future<Void> closing =
        open == null
            ? Future.succeededFuture()
            : workers.executeBlocking(() -> closed(open), false).mapEmpty();
    return closing.transform(closed -> workers.close());
  }

  private static boolean closed(HikariDataSource open) {
    open.close();
    return true;
  }
}
