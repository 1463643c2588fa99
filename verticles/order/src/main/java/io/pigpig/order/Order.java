package io.pigpig.order;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An order as Postgres has it.
 *
 * @param orderId UUIDv7
 * @param createdAt milliseconds precision
 * @param expiresAt when an unpaid order gives its units back
 */
public record Order(
    UUID orderId,
    String customer,
    OrderStatus status,
    List<OrderLine> lines,
    long totalCents,
    Instant createdAt,
    Instant expiresAt) {

  public Order {
    lines = List.copyOf(lines);
  }
}
