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
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A stack of this harness' own, with customers and stock. */
final class StackSide implements Side {

  private static final String NEWEST =
      "SELECT order_id::text AS id FROM orders ORDER BY order_id DESC LIMIT 1";

  /** An order's id has the time of the process that placed it. */
  private static final Duration CLOCKS = Duration.ofSeconds(5);

  /** Of whose gate no call is a script's. */
  private static final Set<String> WITHOUT_SCRIPTS = Set.of("redis-per-item", "all");

  /**
   * What a side is made as.
   *
   * @param switchedBack names of techniques
   */
  record Made(String name, ScenarioFile.Stack shape, List<String> switchedBack) {
    Made {
      switchedBack = List.copyOf(switchedBack);
    }
  }

  private final Made made;
  private final StackProcess process;
  private final HttpShop shop;
  private final String operator;
  private final List<String> customers;
  private final List<String> catalog;
  private final Wait wait = new Wait(Ticker.system());

  private StackSide(Made made, StackProcess process, HttpShop shop, int customers)
      throws IOException {
    this.made = made;
    this.process = process;
    this.shop = shop;
    operator = shop.token("perf-operator", "operator");
    this.customers = tokens("perf-", "customer", customers);
    catalog = shop.skus();
  }

  /**
   * @param process that serves, and is ended by whoever has started it
   */
  static StackSide of(Made made, StackProcess process, int customers) throws IOException {
    HttpShop shop = new HttpShop(process.ports().http());
    try {
      return new StackSide(made, process, shop, customers);
    } catch (IOException | RuntimeException e) {
      shop.close();
      throw e;
    }
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
    return made.name();
  }

  StackProcess process() {
    return process;
  }

  @Override
  public int port(LoadPlan.Protocol protocol) {
    return switch (protocol) {
      case HTTP1 -> process.ports().http();
      case GRPC -> process.ports().grpc();
      case H2C, H2 -> throw new IllegalArgumentException("a stack does not speak " + protocol);
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
    wait.pause(Stillness.STILL_FOR);
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

  @Override
  public void settle() throws IOException {
    Stillness.await(process.postgresUrl(), NEWEST);
  }

  @Override
  public List<Component> components() {
    List<Component> components = new ArrayList<>();
    if (made.shape().cluster() == 0) {
      components.add(jvm("jvm", Stream.of(StackProcess.JVM)));
    } else {
      components.add(jvm("gateway", numbered("gateway-", made.shape().gateways())));
      components.add(jvm("order", numbered("order-", made.shape().cluster())));
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
      return StoreCounters.read(postgres, scriptedRedis());
    }
  }

  private OptionalInt scriptedRedis() throws IOException {
    return made.switchedBack().stream().anyMatch(WITHOUT_SCRIPTS::contains)
        ? OptionalInt.empty()
        : OptionalInt.of(process.port(StackProcess.REDIS));
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
  }
}
