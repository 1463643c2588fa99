package io.pigpig.perf;

import io.pigpig.perf.report.Findings;
import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Many customers want more of one SKU than there is: exactly the stock is sold, before and after a
 * cancel.
 */
final class Oversell implements Scenario {

  private static final int CANCELLED = 100;
  private static final int CUSTOMERS = 64;

  /** How a wave of orders ended. */
  private record Wave(List<String> accepted, long soldOut, long other) {}

  @Override
  public String about() {
    return "Is exactly the stock sold when many want more of one SKU than there is?";
  }

  @Override
  public Set<String> options() {
    return Set.of("units", "requests", "clients", "data", "port", "management-port", "grpc-port");
  }

  @Override
  public Report run(Setup setup) throws Exception {
    if (!setup.options().text("data", "").isEmpty()) {
      return runOn(setup, setup.options().port("port", 8_080));
    }
    try (TempFolder data = TempFolder.create();
        StackProcess stack = setup.stack(data.path())) {
      setup.progress("starting a stack on an empty folder");
      stack.start();
      return runOn(setup, stack.ports().http());
    }
  }

  private static Report runOn(Setup setup, int port) throws Exception {
    int units = setup.options().number("units", 1_000);
    int requests = setup.options().number("requests", 5_000);
    List<String> violations = new ArrayList<>();
    try (HttpShop shop = new HttpShop(port)) {
      String operator = shop.token("perf-operator", "operator");
      String sku = shop.skus().getFirst();
      shop.setStock(operator, sku, shop.stock(sku).committed() + units);
      setup.progress(requests + " requests for " + units + " units of " + sku);
      Wave first = wave(shop, sku, requests, setup.options().number("clients", 64));
      expect(violations, "accepted", units, first.accepted().size());
      expect(violations, "sold out", requests - units, first.soldOut());
      expect(violations, "available", 0, shop.stock(sku).available());
      violations.addAll(shop.audit(operator));

      int cancelled = Math.min(CANCELLED, first.accepted().size());
      for (String order : first.accepted().subList(0, cancelled)) {
        expect(violations, "cancel status", 200, shop.cancel(operator, order).status());
      }
      setup.progress(cancelled + " cancelled, " + 2 * cancelled + " requests more");
      Wave second = wave(shop, sku, 2 * cancelled, setup.options().number("clients", 64));
      expect(violations, "accepted after cancel", cancelled, second.accepted().size());
      expect(violations, "available after cancel", 0, shop.stock(sku).available());
      violations.addAll(shop.audit(operator));
      return report(setup, List.of(first, second), violations);
    }
  }

  private static Wave wave(HttpShop shop, String sku, int requests, int clients) throws Exception {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < CUSTOMERS; i++) {
      tokens.add(shop.token("perf-" + i, "customer"));
    }
    PatientCustomer customer = new PatientCustomer(shop);
    List<Callable<HttpShop.Answer>> calls = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      String token = tokens.get(i % CUSTOMERS);
      calls.add(() -> customer.order(token, UUID.randomUUID().toString(), sku, ""));
    }
    List<String> accepted = new ArrayList<>();
    long soldOut = 0;
    long other = 0;
    for (HttpShop.Answer answer : new Clients(clients).all(calls)) {
      if (answer.status() == 201) {
        accepted.add(answer.body().getString("orderId"));
      } else if (answer.status() == 409 && answer.code().equals("OUT_OF_STOCK")) {
        soldOut++;
      } else {
        other++;
      }
    }
    return new Wave(accepted, soldOut, other);
  }

  private static void expect(List<String> violations, String what, long expected, long actual) {
    if (expected != actual) {
      violations.add(what + ": expected " + expected + ", got " + actual);
    }
  }

  private static Report report(Setup setup, List<Wave> waves, List<String> violations) {
    List<List<String>> rows = new ArrayList<>();
    for (Wave wave : waves) {
      rows.add(
          List.of(
              rows.isEmpty() ? "sell out" : "after the cancels",
              Integer.toString(wave.accepted().size()),
              Long.toString(wave.soldOut()),
              Long.toString(wave.other())));
    }
    Table table = new Table("Answers", List.of("wave", "201", "409 OUT_OF_STOCK", "other"), rows);
    return new Findings("oversell", setup.where(), List.of(table), List.of(), violations);
  }
}
