package io.pigpig.perf;

import io.pigpig.perf.cost.Component;
import io.pigpig.perf.cost.StoreCounters;
import io.pigpig.perf.history.LedgerAudit;
import io.pigpig.perf.history.PostgresLedger;
import io.pigpig.perf.load.HistoryFile;
import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.scenario.Leg;
import io.pigpig.perf.scenario.ScenarioFile;
import io.pigpig.perf.scenario.Strike;
import io.pigpig.perf.store.PostgresSession;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A stack of this harness' own, with customers and stock. */
final class StackSide implements Side {

  /** Longer than an order is worked on after its caller was told that nobody knows. */
  private static final Duration STILL_FOR = Duration.ofSeconds(2);

  private static final Duration SETTLE_MAX = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final String NEWEST =
      "SELECT order_id::text AS id FROM orders ORDER BY order_id DESC LIMIT 1";

  /** An order's id has the time of the process that placed it. */
  private static final Duration CLOCKS = Duration.ofSeconds(5);

  private final String name;
  private final StackProcess process;
  private final ScenarioFile.Stack shape;
  private final HttpShop shop;
  private final String operator;
  private final List<String> customers;
  private final List<String> catalog;
  private final Wait wait = new Wait(Ticker.system());

  /**
   * @param process that serves
   */
  StackSide(String name, StackProcess process, ScenarioFile.Stack shape, int customers)
      throws IOException {
    this.name = name;
    this.process = process;
    this.shape = shape;
    this.shop = new HttpShop(process.ports().http());
    operator = shop.token("perf-operator", "operator");
    this.customers = tokens("perf-", "customer", customers);
    catalog = shop.skus();
  }

  private List<String> tokens(String prefix, String role, int number) throws IOException {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      tokens.add(shop.token(prefix + i, role));
    }
    return tokens;
  }

  @Override
  public String name() {
    return name;
  }

  StackProcess process() {
    return process;
  }

  @Override
  public int port(LoadPlan.Protocol protocol) {
    return switch (protocol) {
      case HTTP1, H2C -> process.ports().http();
      case GRPC -> process.ports().grpc();
      case H2 -> throw new IllegalArgumentException("the stack serves no TLS; a mesh does");
    };
  }

  @Override
  public List<String> skus(Leg.Stock stock) {
    return catalog.subList(0, Math.min(stock.skus(), catalog.size()));
  }

  @Override
  public List<String> tokens(List<LoadPlan.Share> mix) throws IOException {
    boolean batches = mix.stream().anyMatch(part -> part.kind() == LoadPlan.Kind.ORDER_BATCH);
    return batches ? tokens("perf-operator-", "operator", customers.size()) : customers;
  }

  @Override
  public Before prepare(Leg.Stock stock) throws IOException {
    settle();
    for (String sku : skus(stock)) {
      shop.setStock(operator, sku, shop.stock(sku).committed() + stock.units());
    }
    // Sold-out SKUs are refused for a while without a look at the gate.
    wait.pause(STILL_FOR);
    try (PostgresLedger ledger = new PostgresLedger(process.postgresUrl())) {
      Map<String, PostgresLedger.Units> units = new HashMap<>(ledger.stock());
      units.keySet().retainAll(skus(stock));
      return new Before(Instant.now(), units, 0);
    }
  }

  @Override
  public void strike(Strike strike) throws IOException {
    new Striker(process, null, null).strike(strike);
  }

  /** Until no order has been placed for some time. Throws IOException when that does not come. */
  @Override
  public void settle() throws IOException {
    Ticker ticker = Ticker.system();
    long begin = ticker.nanos();
    long since = begin;
    String newest = newestOrder();
    while (ticker.nanos() - since < STILL_FOR.toNanos()) {
      wait.pause(LOOK_EVERY);
      String now = newestOrder();
      if (!now.equals(newest)) {
        newest = now;
        since = ticker.nanos();
      }
      if (since - begin > SETTLE_MAX.toNanos() || Thread.currentThread().isInterrupted()) {
        throw new IOException("orders are still placed " + SETTLE_MAX + " after the load");
      }
    }
  }

  private String newestOrder() throws IOException {
    try (PostgresSession postgres = PostgresSession.open(process.postgresUrl())) {
      for (Row row : postgres.ask(NEWEST)) {
        return row.getString("id");
      }
      return "none";
    }
  }

  @Override
  public List<Component> components() {
    List<Component> components = new ArrayList<>();
    if (shape.cluster() == 0) {
      components.add(jvm("jvm", Stream.of(StackProcess.JVM)));
    } else {
      components.add(jvm("gateway", numbered("gateway-", shape.gateways())));
      components.add(jvm("order", numbered("order-", shape.cluster())));
      components.add(jvm("stock", numbered("stock-", 1)));
      components.add(jvm("render", numbered("render-", 1)));
      components.add(jvm("supervisor", Stream.of(StackProcess.JVM)));
    }
    components.add(component(StackProcess.POSTGRES));
    components.add(component(StackProcess.REDIS));
    return components;
  }

  private static Stream<String> numbered(String prefix, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(number -> prefix + number);
  }

  private Component jvm(String part, Stream<String> processes) {
    List<String> names = processes.toList();
    return new Component(part, Component.Scope.JVM, () -> pids(names));
  }

  /** A store of the stack. */
  Component component(String store) {
    return new Component(store, Component.Scope.TREE, () -> pids(List.of(store)));
  }

  private List<Long> pids(List<String> parts) {
    return parts.stream().map(process::pidNow).flatMapToLong(OptionalLong::stream).boxed().toList();
  }

  @Override
  public StoreCounters counters() throws IOException {
    try (PostgresSession postgres = PostgresSession.open(process.postgresUrl())) {
      return StoreCounters.read(postgres, OptionalInt.of(process.port(StackProcess.REDIS)));
    }
  }

  @Override
  public Judged judge(Path history, Before before) throws IOException {
    LedgerAudit audit = new LedgerAudit(HistoryFile.header(history).keys().prefix());
    HistoryFile.read(history, audit::told);
    List<String> violations = new ArrayList<>();
    try (PostgresLedger ledger = new PostgresLedger(process.postgresUrl())) {
      LedgerAudit.Verdict verdict = ledger.judge(audit, before.at().minus(CLOCKS), before.units());
      verdict.violations().forEach(violation -> violations.add(violation.toString()));
      violations.addAll(shop.audit(operator));
      return new Judged(verdict.orders(), verdict.broken(), violations);
    }
  }

  @Override
  public void close() {
    shop.close();
    process.close();
  }
}
