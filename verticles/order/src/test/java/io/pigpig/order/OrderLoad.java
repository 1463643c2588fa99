package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of orders of one unit of one SKU, what their callers heard, and whether the
 * promises were kept. Blocking; one test thread.
 */
final class OrderLoad {

  /** Longer than any fault of a test holds. */
  static final Duration PATIENT = Duration.ofSeconds(20);

  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(20);
  private static final int AWAIT_SECONDS = 60;
  private static final String KEYS_USED_TWICE =
      "SELECT count(*) FROM (SELECT 1 FROM orders WHERE status <> 0"
          + " GROUP BY customer, idem_key HAVING count(*) > 1) AS twice";

  private final Sku sku;
  private final Map<String, Future<Placement>> begun = new LinkedHashMap<>();
  private final Map<String, Order> placed = new HashMap<>();
  private final Map<String, Refusal.Retryable> open = new HashMap<>();

  OrderLoad(String sku) {
    this.sku = new Sku(sku);
  }

  Sku sku() {
    return sku;
  }

  /** Begins one order whose caller waits for {@code patience}; answers its key. */
  String begin(ShopLoop loop, Duration patience) {
    String key = UUID.randomUUID().toString();
    begin(loop, patience, key);
    return key;
  }

  /** Begins the order of a key that the test has chosen. */
  Future<Placement> begin(ShopLoop loop, Duration patience, String key) {
    PlaceOrder request = request(key, patience);
    Future<Placement> answer = loop.begin(() -> loop.orders.place(request));
    begun.put(key, answer);
    return answer;
  }

  void beginMany(int orders, ShopLoop loop, Duration patience) {
    for (int i = 0; i < orders; i++) {
      begin(loop, patience);
    }
  }

  /**
   * Waits until every caller was answered: with an order, or with a refusal that allows a retry.
   */
  void awaitAnswers() throws Exception {
    for (Map.Entry<String, Future<Placement>> entry : begun.entrySet()) {
      try {
        placed.put(entry.getKey(), entry.getValue().await(AWAIT_SECONDS, TimeUnit.SECONDS).order());
      } catch (RefusedException e) {
        assertThat(e.refusal()).isInstanceOf(Refusal.Retryable.class);
        open.put(entry.getKey(), (Refusal.Retryable) e.refusal());
      }
    }
    begun.clear();
  }

  /** Answered with an order so far. */
  Map<String, Order> placed() {
    return placed;
  }

  /** Refused for now, or unknown, so far. */
  Map<String, Refusal.Retryable> open() {
    return open;
  }

  /**
   * Every caller asks again with its key: who has an order gets the same one, and who has none gets
   * one. Then Postgres is asked whether there are these orders and no others.
   */
  void assertEachKeyMakesItsOneOrder(ShopLoop loop, String jdbcUrl) throws Exception {
    Set<UUID> ids = new HashSet<>();
    for (Map.Entry<String, Order> entry : placed.entrySet()) {
      assertThat(placeAgain(loop, entry.getKey())).isEqualTo(entry.getValue());
      ids.add(entry.getValue().orderId());
    }
    for (String key : open.keySet()) {
      ids.add(placeAgain(loop, key).orderId());
    }
    assertThat(ids).hasSize(placed.size() + open.size());
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      assertThat(storedIds(connection)).isEqualTo(ids);
      assertStockHolds(connection, ids.size());
      assertThat(number(connection, KEYS_USED_TWICE)).isZero();
    }
  }

  private Set<UUID> storedIds(Connection connection) throws SQLException {
    Set<UUID> ids = new HashSet<>();
    try (PreparedStatement ask =
        connection.prepareStatement(
            "SELECT order_id FROM orders WHERE status = 1 AND starts_with(lines, ?)")) {
      ask.setString(1, sku + "*");
      ResultSet rows = ask.executeQuery();
      while (rows.next()) {
        ids.add(rows.getObject(1, UUID.class));
      }
    }
    return ids;
  }

  private void assertStockHolds(Connection connection, int units) throws SQLException {
    try (PreparedStatement ask =
        connection.prepareStatement("SELECT total, held, sold FROM stock WHERE sku = ?")) {
      ask.setString(1, sku.value());
      ResultSet row = ask.executeQuery();
      assertThat(row.next()).isTrue();
      assertThat(row.getLong("held")).isEqualTo(units);
      assertThat(row.getLong("sold")).isZero();
      assertThat(row.getLong("held") + row.getLong("sold"))
          .isLessThanOrEqualTo(row.getLong("total"));
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  /** The order of the key in the end; being refused for now is no end. */
  Order placeAgain(ShopLoop loop, String key) {
    List<Order> answer = new ArrayList<>();
    Eventually.holds(
        "the order of " + key,
        SETTLED_WITHIN,
        () -> {
          Refusal refusal = ask(loop, key, answer);
          assertThat(refusal == null || refusal instanceof Refusal.Retryable)
              .as("refused: %s", refusal)
              .isTrue();
          return refusal == null;
        });
    return answer.getFirst();
  }

  /** Asks once again with the key; why not, or null. */
  @Nullable Refusal ask(ShopLoop loop, String key) {
    return ask(loop, key, new ArrayList<>());
  }

  private @Nullable Refusal ask(ShopLoop loop, String key, List<Order> answer) {
    try {
      answer.add(loop.call(() -> loop.orders.place(request(key, PATIENT))).order());
      return null;
    } catch (RefusedException e) {
      return e.refusal();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private PlaceOrder request(String key, Duration patience) {
    long deadlineNanos = Ticker.system().nanos() + patience.toNanos();
    return new PlaceOrder(ALICE, key, List.of(new RequestedLine(sku, 1, null)), deadlineNanos);
  }
}
