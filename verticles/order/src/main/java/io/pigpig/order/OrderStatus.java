package io.pigpig.order;

/** Where an order is in its life. The code is what the ledger stores; it never changes. */
public enum OrderStatus {
  PENDING_PAYMENT(1),
  PAID(2),
  IN_PRODUCTION(3),
  SHIPPED(4),
  CANCELLED(5),
  EXPIRED(6);

  private final int code;

  OrderStatus(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Whether no further change can follow. */
  public boolean isFinal() {
    return this == SHIPPED || this == CANCELLED || this == EXPIRED;
  }

  /** The status stored as {@code code}. */
  public static OrderStatus of(int code) {
    for (OrderStatus status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    throw new IllegalArgumentException("no order status has code " + code);
  }
}
