package io.pigpig.edge.wiring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pigpig.order.PaymentReconciler;
import io.pigpig.stock.GateKeeper;
import java.util.function.ToDoubleFunction;

/** What is counted of what a process does once and not per request. */
enum KeeperMetric {
  EXPIRED("orders.expired", "Unpaid orders whose window passed and whose units came back."),
  REBUILDS("stock.gate.rebuilds", "How often the stock gate was built anew from the ledger."),
  CORRECTIONS(
      "stock.gate.corrections", "SKUs of the stock gate that were corrected from the ledger."),
  STRAYS("payments.strays", "Charges that were given back because they sold nothing.");

  private final String text;
  private final String about;

  KeeperMetric(String text, String about) {
    this.text = text;
    this.about = about;
  }

  static Counter expired(MeterRegistry registry) {
    return Counter.builder(EXPIRED.text).description(EXPIRED.about).register(registry);
  }

  static void register(MeterRegistry registry, GateKeeper gate) {
    REBUILDS.counter(registry, gate, GateKeeper::rebuilds);
    CORRECTIONS.counter(registry, gate, GateKeeper::corrections);
  }

  static void register(MeterRegistry registry, PaymentReconciler payments) {
    STRAYS.counter(registry, payments, PaymentReconciler::refunded);
  }

  private <T> void counter(MeterRegistry registry, T of, ToDoubleFunction<T> count) {
    FunctionCounter.builder(text, of, count).description(about).register(registry);
  }
}
