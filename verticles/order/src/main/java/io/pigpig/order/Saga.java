package io.pigpig.order;

import java.util.UUID;

/**
 * An order's saga as its worker holds it.
 *
 * @param order as it was when the lease was given
 * @param epoch of the lease: what is written back under an older one is refused
 * @param attempts of the present step that failed so far
 * @param payment counts the order's charges from 1: a declined one may be followed by another
 */
public record Saga(
    Order order, SagaStep step, long epoch, int attempts, int payment, String paymentToken) {

  /** What stands between the order's id and the charge's number in its key. */
  public static final String CHARGE = ":charge:";

  public UUID orderId() {
    return order.orderId();
  }

  /** What the payment provider knows the charge by: the same for every attempt. */
  public String chargeKey() {
    return chargeKey(orderId(), payment);
  }

  /** The key of an order's charge by its number. */
  public static String chargeKey(UUID orderId, int payment) {
    return orderId + CHARGE + payment;
  }

  /** What the carrier knows the booking by: the same for every attempt. */
  public String bookingKey() {
    return order.orderId() + ":ship";
  }
}
