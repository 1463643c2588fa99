package io.pigpig.perf;

import java.util.List;

/**
 * One step of input or output at which the program can be made to end, see the runtime's {@code
 * CrashPoint}.
 *
 * @param name part of what the step is called: a statement, a gate script or a peer's path
 * @param oneIn crashes at one in so many, so that busy steps crash somewhere under way
 * @param provocation what has to be wrong for the step to be taken
 */
record CrashStep(String name, int oneIn, Provocation provocation) {

  /** What makes a step that a healthy stack does not take. */
  enum Provocation {
    /** The load of a run takes the step, or the start does. */
    NONE,
    /** The payment provider is killed. */
    SILENT_PAYMENT,
    /** The carrier does not say that it has booked, so that orders are taken back meanwhile. */
    SILENT_CARRIER,
    /** Gate and ledger are made to differ. */
    DRIFT,
    /** Postgres is killed, so that outcomes are unknown. */
    LOST_COMMIT
  }

  private static final int BUSY = 40;

  /**
   * Every step of order, stock, saga and printing that writes: a step that only reads leaves
   * nothing half done, and is taken between two of these. {@code CrashStepTest} holds this list to
   * the sources.
   */
  static final List<CrashStep> ALL =
      List.of(
          busy("place_orders"),
          rare("fence_orders", Provocation.LOST_COMMIT),
          step("expire_orders"),
          step("make_order_months"),
          step("retire_order_months"),
          step("begin_payments"),
          step("settle_orders"),
          busy("claim_sagas"),
          rare("retry_saga", Provocation.SILENT_PAYMENT),
          step("step_saga"),
          step("hint_sagas"),
          step("UPDATE saga SET due_at"),
          step("INSERT INTO saga_action"),
          step("UPDATE saga_action SET outcome"),
          step("enter_payments"),
          step("stray_payments"),
          busy("next_events"),
          step("DELETE FROM outbox"),
          step("try_hold"),
          step("confirm_hold"),
          step("cancel_hold"),
          step("expire_holds"),
          step("set_stock_total"),
          step("UPDATE stock_gate"),
          step("INSERT INTO designs"),
          step("INSERT INTO print_files"),
          busy("take.lua"),
          step("gate.lua"),
          rare("correct.lua", Provocation.DRIFT),
          step("rebuild.lua"),
          step("/v1/charges"),
          step("/refund"),
          step("/v1/ledger"),
          step("/v1/waybills"),
          rare("/void", Provocation.SILENT_CARRIER));

  private static CrashStep step(String name) {
    return new CrashStep(name, 1, Provocation.NONE);
  }

  private static CrashStep busy(String name) {
    return new CrashStep(name, BUSY, Provocation.NONE);
  }

  private static CrashStep rare(String name, Provocation provocation) {
    return new CrashStep(name, 1, provocation);
  }

  /** Flags of a program that ends {@code before} or {@code after} the step. */
  List<String> jvmFlags(String when) {
    return List.of(
        "-Dpigpig.crash-at=" + when + ":" + name.replace(' ', '~'),
        "-Dpigpig.crash-one-in=" + oneIn);
  }
}
