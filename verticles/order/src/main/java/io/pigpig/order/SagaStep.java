package io.pigpig.order;

/** What a saga does next. The code is what the ledger stores; it never changes. */
public enum SagaStep {
  /** Charges the customer. */
  CHARGE(1),
  /** Makes the print files of the order's designs. */
  PRINT(2),
  /** Books the carrier. */
  SHIP(3),
  /** Compensation of SHIP: the booking is made void, whether or not it was made. */
  VOID_WAYBILL(4),
  /** Compensation of CHARGE: the customer gets the money back, if any was taken. */
  REFUND(5),
  /** Nothing: the saga has ended. */
  ENDED(6);

  private final int code;

  SagaStep(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Whether the step takes something back; such a step is tried for ever. */
  public boolean isCompensation() {
    return this == VOID_WAYBILL || this == REFUND;
  }

  /** The step stored as {@code code}. */
  public static SagaStep of(int code) {
    for (SagaStep step : values()) {
      if (step.code == code) {
        return step;
      }
    }
    throw new IllegalArgumentException("no saga step has code " + code);
  }
}
