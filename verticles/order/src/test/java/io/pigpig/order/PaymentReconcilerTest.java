package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.order.http.HttpPayments;
import io.pigpig.order.postgres.PostgresPaymentStatement;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.peer.PeerClient;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.postgres.PgLinkSettings;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.pigpig.sandbox.TestPeers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders compared with the sandbox payment provider, on the real Postgres. */
final class PaymentReconcilerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Sku SKU = new Sku("TANK-GREEN-S");

  private final Vertx vertx = Vertx.vertx();
  private final String database = TestStores.freshDatabase("payments");
  private final PgLink link =
      new PgLink(
          vertx,
          database,
          "reconciler",
          SettingsReader.read(PgLinkSettings.class, Map.of()),
          new Random(3));
  private ShopLoop.@Nullable World world;
  private @Nullable ShopLoop shop;
  private @Nullable PeerClient provider;
  private @Nullable PaymentReconciler reconciler;

  @BeforeEach
  void open() throws Exception {
    ShopLoop.World fresh = ShopLoop.World.on(vertx, database);
    world = fresh;
    ShopLoop opened = ShopLoop.open(fresh, SettingsReader.read(OrderSettings.class, Map.of()));
    shop = opened;
    opened.workOnSagas();
    PeerClient client = TestPeers.client(vertx, fresh.peers().paymentPort());
    provider = client;
    HttpPayments payments = new HttpPayments(client);
    reconciler =
        new PaymentReconciler(
            new PaymentReconciler.Parts(payments, payments, new PostgresPaymentStatement(link)),
            Ticker.system());
    call(link::open);
  }

  @AfterEach
  void close() throws Exception {
    call(link::close);
    shop().close();
    if (provider != null && world != null) {
      provider.close().await(10, TimeUnit.SECONDS);
      world.close();
    }
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void ordersAndMoneyAgreeAtRest() throws Exception {
    UUID paid = place();
    call(() -> shop().orders.pay(paid, ALICE, "tok_ok"));
    UUID cancelled = place();
    call(() -> shop().orders.pay(cancelled, ALICE, "tok_ok"));
    call(() -> shop().orders.cancel(cancelled, ALICE));
    place();
    awaitSagasEnded();
    reconcile();
    assertThat(rows("SELECT count(*) FROM payment_entry WHERE status = 1")).isEqualTo(1);
    assertThat(rows("SELECT count(*) FROM payment_entry WHERE status = 2")).isEqualTo(1);
    assertThat(drift()).isZero();
    assertThat(reconciler().refunded()).isZero();
  }

  @Test
  void aChargeThatSellsNothingIsGivenBack() throws Exception {
    UUID declined = place();
    shop().begin(() -> shop().orders.pay(declined, ALICE, "tok_declined"));
    awaitSagasEnded();
    charge(Saga.chargeKey(declined, 0), declined);
    awaitReconciled(() -> reconciler().refunded() == 1);
    reconcile();
    assertThat(drift()).isZero();
    assertThat(statuses(declined)).containsExactly("DECLINED", "CHARGED", "REFUNDED");
  }

  @Test
  void whatOnlyAPersonCanMendIsShownByTheAudit() throws Exception {
    UUID unpaid = place();
    execute(
        "UPDATE orders SET status = 2 WHERE order_id = '"
            + unpaid
            + "'; INSERT INTO saga (order_id, step, payment_token) VALUES ('"
            + unpaid
            + "', 6, 'tok_ok'); UPDATE saga SET changed_at = now() - interval '1 minute'");
    UUID unknown = UUID.randomUUID();
    charge(Saga.chargeKey(unknown, 1), unknown);
    awaitReconciled(() -> rows("SELECT count(*) FROM payment_drift WHERE kind = 3") == 1);
    assertThat(rows("SELECT count(*) FROM payment_drift WHERE kind = 2")).isEqualTo(1);
    assertThat(call(shop().audit::run))
        .contains(new Audit.Check("payments-equal-orders", 2))
        .contains(new Audit.Check("sagas-are-worked-on", 0));
    assertThat(reconciler().refunded()).as("nobody's money is touched").isZero();
  }

  @Test
  void aChargeThatSoldOnceAndSellsNothingNowIsFoundByTheWalk() throws Exception {
    UUID paid = place();
    call(() -> shop().orders.pay(paid, ALICE, "tok_ok"));
    awaitSagasEnded();
    awaitReconciled(() -> rows("SELECT count(*) FROM payment_entry WHERE NOT is_open") == 1);
    execute(
        "UPDATE orders SET status = 5 WHERE order_id = '"
            + paid
            + "'; UPDATE saga SET changed_at = now() - interval '1 minute'");
    awaitReconciled(() -> reconciler().refunded() == 1);
    assertThat(statuses(paid)).containsExactly("CHARGED", "REFUNDED");
  }

  @Test
  void aLedgerThatWasNotReadForLongIsNoAgreement() throws Exception {
    reconcile();
    assertThat(call(shop().audit::run)).contains(new Audit.Check("payments-equal-orders", 0));
    execute("UPDATE payment_statement SET read_to_end = now() - interval '1 hour'");
    assertThat(call(shop().audit::run))
        .filteredOn(check -> check.name().equals("payments-equal-orders"))
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.violations()).isEqualTo(1);
              assertThat(check.note()).contains("last read to its end 36");
            });
  }

  @Test
  void twoReadersEnterAPageOnce() throws Exception {
    charge("somebody-else:1", UUID.randomUUID());
    PostgresPaymentStatement statement = new PostgresPaymentStatement(link);
    HttpPayments payments = new HttpPayments(provider());
    PaymentStatement.Page page = call(() -> payments.statement(0));
    assertThat(page.entries()).as("not our key").isEmpty();
    assertThat(page.next()).isEqualTo(1);
    assertThat(call(() -> statement.enter(page, 1))).isTrue();
    assertThat(call(() -> statement.enter(page, 1))).isFalse();
  }

  private void reconcile() throws Exception {
    while (call(reconciler()::reconcile)) {
      // Until the provider's ledger has been read to its end.
    }
  }

  private void awaitReconciled(BooleanSupplier end) {
    Eventually.holds(
        "reconciled",
        PATIENCE,
        () -> {
          try {
            reconcile();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          return end.getAsBoolean();
        });
  }

  private void charge(String key, UUID orderId) throws Exception {
    JsonObject body =
        new JsonObject()
            .put("orderId", orderId.toString())
            .put("amountCents", 100)
            .put("currency", "CNY")
            .put("token", "tok_ok");
    assertThat(call(() -> provider().post("/v1/charges", key, body)).status()).isEqualTo(201);
  }

  private List<String> statuses(UUID orderId) {
    if (world == null) {
      throw new IllegalStateException("not open");
    }
    return world.peers().ledger(world.peers().paymentPort(), orderId.toString()).stream()
        .map(entry -> entry.getString("status"))
        .toList();
  }

  private void awaitSagasEnded() {
    Eventually.holds(
        "sagas ended",
        PATIENCE,
        () ->
            rows("SELECT count(*) FROM saga WHERE step < 6") == 0
                && rows("SELECT count(*) FROM saga") > 0);
  }

  private long drift() {
    return rows("SELECT count(*) FROM payment_drift");
  }

  private UUID place() throws Exception {
    PlaceOrder request =
        new PlaceOrder(
            ALICE,
            UUID.randomUUID().toString(),
            List.of(new RequestedLine(SKU, 1, null)),
            Ticker.system().nanos() + PATIENCE.toNanos());
    return call(() -> shop().orders.place(request)).order().orderId();
  }

  private long rows(String sql) {
    try (Connection connection = DriverManager.getConnection(TestStores.jdbcUrl(database));
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(TestStores.jdbcUrl(database));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private <T> T call(Callable<Future<T>> work) throws Exception {
    return shop().call(work);
  }

  private ShopLoop shop() {
    if (shop == null) {
      throw new IllegalStateException("not open");
    }
    return shop;
  }

  private PeerClient provider() {
    if (provider == null) {
      throw new IllegalStateException("not open");
    }
    return provider;
  }

  private PaymentReconciler reconciler() {
    if (reconciler == null) {
      throw new IllegalStateException("not open");
    }
    return reconciler;
  }
}
