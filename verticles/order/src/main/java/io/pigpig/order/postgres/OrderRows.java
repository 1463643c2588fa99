package io.pigpig.order.postgres;

import io.pigpig.order.LineText;
import io.pigpig.order.Order;
import io.pigpig.order.OrderStatus;
import io.vertx.sqlclient.Row;
import java.time.Instant;

/** How an order stands in a row. */
final class OrderRows {

  /** Of the table {@code orders}: an order and what it was asked by. */
  static final String COLUMNS =
      "order_id, customer, idem_key, fingerprint, status, lines, total_cents, created_at,"
          + " expires_at";

  private OrderRows() {}

  /** The columns of a value of type {@code orders}. */
  static String columnsOf(String value) {
    String field = "(" + value + ").";
    return field + COLUMNS.replace(", ", ", " + field);
  }

  static Order toOrder(Row row) {
    return new Order(
        row.getUUID("order_id"),
        row.getString("customer"),
        OrderStatus.of(row.getInteger("status")),
        LineText.read(row.getString("lines")),
        row.getLong("total_cents"),
        instant(row, "created_at"),
        instant(row, "expires_at"));
  }

  private static Instant instant(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }
}
