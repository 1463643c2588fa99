package io.pigpig.perf;

import io.pigpig.perf.report.Findings;
import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Concurrent copies of one request with one key: one order, and every copy gets the same answer.
 */
final class Replay implements Scenario {

  @Override
  public String about() {
    return "Do copies of one request with one key get one order and one answer?";
  }

  @Override
  public Set<String> options() {
    return Set.of("copies", "data", "port", "management-port", "grpc-port");
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
    int copies = setup.options().number("copies", 100);
    try (HttpShop shop = new HttpShop(port)) {
      String operator = shop.token("perf-operator", "operator");
      String customer = shop.token("perf-replay", "customer");
      String sku = shop.skus().getFirst();
      long before = shop.stock(sku).committed();
      if (shop.stock(sku).available() == 0) {
        shop.setStock(operator, sku, before + 1);
      }
      String key = UUID.randomUUID().toString();
      PatientCustomer patient = new PatientCustomer(shop);
      List<Callable<HttpShop.Answer>> calls = new ArrayList<>();
      for (int i = 0; i < copies; i++) {
        calls.add(() -> patient.order(customer, key, sku, ""));
      }
      TreeSet<String> orders = new TreeSet<>();
      TreeSet<String> answers = new TreeSet<>();
      for (HttpShop.Answer answer : new Clients(copies).all(calls)) {
        answers.add(answer.status() + " " + answer.text());
        orders.add(answer.body().getString("orderId", "none: " + answer.text()));
      }
      List<String> violations = new ArrayList<>(shop.audit(operator));
      long taken = shop.stock(sku).committed() - before;
      if (orders.size() != 1 || taken != 1) {
        violations.add(orders.size() + " orders and " + taken + " units for one key: " + orders);
      }
      if (answers.size() != 1 || !answers.first().startsWith("201 ")) {
        violations.add("copies got different answers: " + answers);
      }
      Table table =
          new Table(
              "One key",
              List.of("copies", "orders", "different answers", "units taken"),
              List.of(
                  List.of(
                      Integer.toString(copies),
                      Integer.toString(orders.size()),
                      Integer.toString(answers.size()),
                      Long.toString(taken))));
      return new Findings("replay", setup.where(), List.of(table), List.of(), violations);
    }
  }
}
