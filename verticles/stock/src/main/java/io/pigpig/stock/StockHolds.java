package io.pigpig.stock;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Units for orders of others: Try, Confirm, Cancel. Each is idempotent by order id, may come late,
 * twice or in another order, and answers what the id has become. A future that fails with {@code
 * OUTCOME_UNKNOWN} is simply asked again. Bound to one event loop.
 */
public interface StockHolds {

  /** The most lines of a hold. */
  int LINES_MAX = 50;

  /** What an order id has become. */
  enum Code {
    /** The units are held from now on. */
    HELD,
    /** They were held by the same call before. */
    EXISTS,
    /** They are sold. */
    CONFIRMED,
    /** They were given back, or will never be held. */
    CANCELLED,
    /** Their time was over and they were given back. */
    EXPIRED,
    /** There are not as many; nothing is held. */
    SHORT,
    /** The id was used with other lines. */
    DIFFERS,
    /** Nothing is known of the id. */
    NOT_FOUND
  }

  /**
   * Holds all lines or none for so long. HELD, EXISTS, SHORT, DIFFERS, or what the id has become.
   * Refused with {@code INVALID_REQUEST} for more than {@code stock.hold-max}.
   *
   * @throws IllegalArgumentException if there are no lines, more than {@value #LINES_MAX}, or the
   *     time is less than 1 ms
   */
  Future<Code> hold(UUID orderId, List<Take> lines, Duration time);

  /**
   * Sells what is held: CONFIRMED, or CANCELLED, EXPIRED, NOT_FOUND. A hold whose time is over is
   * confirmed while there are units for it.
   */
  Future<Code> confirm(UUID orderId);

  /**
   * Gives back what is held: CANCELLED, or CONFIRMED, EXPIRED. An unknown id can not be held any
   * more.
   */
  Future<Code> cancel(UUID orderId);
}
