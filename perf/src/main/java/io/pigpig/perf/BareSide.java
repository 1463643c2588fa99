package io.pigpig.perf;

import io.pigpig.perf.cost.Component;
import io.pigpig.perf.cost.StoreCounters;
import io.pigpig.perf.history.LedgerAudit;
import io.pigpig.perf.load.HistoryFile;
import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.scenario.Leg;
import io.pigpig.perf.scenario.Strike;
import io.pigpig.perf.store.PostgresSession;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The bare path on the Postgres of a stack. It has no keys and no stock: all that can be said of it
 * is whether it has as many orders as it acknowledged.
 */
final class BareSide implements Side {

  private static final String NEWEST = "SELECT id::text FROM bare_orders ORDER BY id DESC LIMIT 1";

  private final BareProcess process;
  private final StackSide stack;
  private final int port;

  private BareSide(BareProcess process, StackSide stack, int port) {
    this.process = process;
    this.stack = stack;
    this.port = port;
  }

  /**
   * @param stack whose Postgres and JVM flags it has
   */
  static BareSide start(StackSide stack, int port) throws IOException {
    List<String> jvmFlags = JvmFlags.ofProcess(stack.process().pid(StackProcess.JVM));
    String url = stack.process().postgresUrl();
    return new BareSide(BareProcess.start(port, url, jvmFlags), stack, port);
  }

  @Override
  public String name() {
    return "bare path";
  }

  @Override
  public int port(LoadPlan.Protocol protocol) {
    if (protocol != LoadPlan.Protocol.HTTP1) {
      throw new IllegalArgumentException("the bare path speaks HTTP/1.1, not " + protocol);
    }
    return port;
  }

  @Override
  public List<String> skus(Leg.Stock stock) throws IOException {
    return stack.skus(stock);
  }

  @Override
  public List<String> tokens(List<LoadPlan.Share> mix) {
    return List.of();
  }

  @Override
  public Before prepare(Leg.Stock stock) throws IOException {
    return new Before(Instant.now(), Map.of(), process.orders());
  }

  @Override
  public List<Component> components() {
    return List.of(
        new Component("jvm", Component.Scope.JVM, () -> List.of(process.pid())),
        stack.component(StackProcess.POSTGRES));
  }

  @Override
  public void strike(Strike strike) {
    throw new IllegalArgumentException("a bare path without " + strike + " has no figure");
  }

  @Override
  public void settle() throws IOException {
    Stillness.await(stack.process().postgresUrl(), NEWEST);
  }

  @Override
  public StoreCounters counters() throws IOException {
    try (PostgresSession postgres = PostgresSession.open(stack.process().postgresUrl())) {
      return StoreCounters.read(postgres, OptionalInt.empty());
    }
  }

  @Override
  public Judged judge(Path history, Before before) throws IOException {
    LedgerAudit audit = new LedgerAudit(HistoryFile.header(history).keys().prefix());
    HistoryFile.read(history, audit::told);
    LedgerAudit.Told told = audit.told();
    long stored = process.orders() - before.orders();
    List<String> violations = new ArrayList<>();
    told.violations().forEach(violation -> violations.add(violation.toString()));
    if (stored < told.acknowledged() || stored > told.acknowledged() + told.unknown()) {
      violations.add(stored + " orders stored, " + told.acknowledged() + " acknowledged");
    }
    return new Judged(stored, Map.of(), violations);
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
