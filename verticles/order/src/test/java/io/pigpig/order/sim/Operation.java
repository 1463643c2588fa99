package io.pigpig.order.sim;

import io.pigpig.order.Order;
import io.pigpig.runtime.refusal.Refusal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One thing that a customer asked for once, and what it was told. */
final class Operation {

  /** What was asked for. */
  enum Kind {
    PLACE,
    PAY,
    CANCEL,
    FIND
  }

  /** What the customer knows of it. */
  enum Told {
    OK,
    /** Refused for good. */
    NO,
    /** Refused for now; nothing was done. */
    NOT_NOW,
    /** Another request is under way. */
    BUSY,
    /** Nothing is known. */
    UNKNOWN
  }

  final Kind kind;
  final String customer;

  /** Of a placement its key, of all others the order's id. */
  final String subject;

  /** Of a placement a text of what it asked for. */
  final String body;

  /** Of a placement the units it asked for, by SKU. */
  final Map<String, Integer> units;

  final long invokedNanos;
  long toldNanos = Long.MAX_VALUE;
  Told told = Told.UNKNOWN;
  String code = "";
  @Nullable Order order;

  Operation(
      Kind kind,
      String customer,
      String subject,
      String body,
      Map<String, Integer> units,
      long invokedNanos) {
    this.kind = kind;
    this.customer = customer;
    this.subject = subject;
    this.body = body;
    this.units = units;
    this.invokedNanos = invokedNanos;
  }

  void answered(Order answer, long nowNanos) {
    order = answer;
    told = Told.OK;
    toldNanos = nowNanos;
  }

  void refused(Refusal refusal, long nowNanos) {
    code = refusal.code();
    toldNanos = nowNanos;
    told =
        switch (refusal) {
          case Refusal.OutcomeUnknown unknown -> Told.UNKNOWN;
          case Refusal.RequestInFlight other -> Told.BUSY;
          case Refusal.PaymentUnderWay other -> Told.BUSY;
          case Refusal.Retryable later -> Told.NOT_NOW;
          default -> Told.NO;
        };
  }

  /** The process was not there, so it was never asked. */
  void notServed(long nowNanos) {
    told = Told.NOT_NOW;
    code = "NOT_SERVED";
    toldNanos = nowNanos;
  }

  @Override
  public String toString() {
    String id = order == null ? "" : " " + order.orderId() + " " + order.status();
    return kind + " " + customer + " " + subject + " " + body + " " + told + " " + code + id;
  }
}
