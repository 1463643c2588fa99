package io.pigpig.order.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Order;
import io.pigpig.order.OrderLedger;
import io.pigpig.order.OrderLedger.CustomerKey;
import io.pigpig.order.OrderLedger.Expired;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.order.OrderLedger.Settle;
import io.pigpig.order.OrderLedger.Settlement;
import io.pigpig.order.OrderLedger.Stored;
import io.pigpig.order.OrderSettings;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.PeerHint;
import io.pigpig.order.Saga;
import io.pigpig.order.SagaLedger.BeginPayment;
import io.pigpig.order.SagaLedger.Begun;
import io.pigpig.order.SagaSettings;
import io.pigpig.order.SagaStep;
import io.pigpig.order.postgres.PostgresOrderLedger;
import io.pigpig.order.postgres.PostgresSagaLedger;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.stock.StockLedger.Snapshot;
import io.pigpig.stock.StockLedger.TotalSet;
import io.pigpig.stock.postgres.PostgresStockLedger;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The real Postgres and its model side by side: each call goes to both, and both must say the same.
 * Moments are left out; leases and delays are none or an hour, so that no moment decides.
 */
final class ComparedStores {

  private static final long WAIT_SECONDS = 30;

  /** Whether what is leased or delayed is due at once, or not while this test runs. */
  enum Term {
    NONE,
    LONG
  }

  private final Context context;
  private final Map<Term, PostgresOrderLedger> orders = new TreeMap<>();
  private final Map<Term, PostgresSagaLedger> sagas = new TreeMap<>();
  private final Map<Term, ModelSettling> modelSettling = new TreeMap<>();
  private final Map<Term, ModelSagas> modelSagas = new TreeMap<>();
  private final PostgresStockLedger stock;
  private final ModelPostgres model;
  private String doing = "";

  ComparedStores(Context context, PgLink link, UUID ledgerId) {
    this.context = context;
    stock = new PostgresStockLedger(link);
    model =
        new ModelPostgres(
            ComparedStores::now,
            EnumSet.noneOf(Plant.class),
            ledgerId,
            orderSettings(Term.NONE),
            sagaSettings(Term.NONE));
    for (Term term : Term.values()) {
      orders.put(term, new PostgresOrderLedger(link, link, orderSettings(term)));
      sagas.put(term, new PostgresSagaLedger(link, "compared", sagaSettings(term)));
      modelSettling.put(
          term, new ModelSettling(model.tables, orderSettings(term).productionDelay()));
      modelSagas.put(term, new ModelSagas(model.tables, sagaSettings(term).lease()));
    }
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  private static OrderSettings orderSettings(Term term) {
    return SettingsReader.read(
        OrderSettings.class,
        Map.of(
            "payment-window", "100ms",
            "production-delay", term == Term.NONE ? "0s" : "1h",
            "expiry-batch-max", "4",
            "expiry-visit-max", "100"));
  }

  /** A lease of no time is one that settings do not allow. */
  private static SagaSettings sagaSettings(Term term) {
    Duration lease = term == Term.NONE ? Duration.ZERO : Duration.ofHours(1);
    Duration second = Duration.ofSeconds(1);
    return new SagaSettings(
        64, 64, second, Duration.ofMillis(-1), lease, second, second, 12, 12, 64);
  }

  private <T extends @Nullable Object> T real(Supplier<Future<T>> work) throws Exception {
    Promise<T> promise = Promise.promise();
    context.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future().await(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private void same(Object fromModel, Object fromReal) {
    assertThat(fromModel).as(doing).isEqualTo(fromReal);
  }

  /** What comes next, for the message of a difference. */
  void doing(String what) {
    doing = what;
  }

  List<Outcome> place(List<NewOrder> batch) throws Exception {
    List<Outcome> outcomes = real(() -> ledger().place(batch));
    List<String> modelled;
    try {
      modelled = model.placing.place(batch).stream().map(ComparedStores::text).toList();
    } catch (StoreRefusedException e) {
      modelled = batch.stream().map(entry -> "Refused").toList();
    }
    same(modelled, outcomes.stream().map(ComparedStores::text).toList());
    return outcomes;
  }

  private OrderLedger ledger() {
    return orders.values().iterator().next();
  }

  private static String text(Outcome outcome) {
    return outcome instanceof Outcome.OutOfStock out
        ? "short of " + out.sku()
        : outcome.getClass().getSimpleName();
  }

  void fence(List<UUID> ids) throws Exception {
    same(stored(model.placing.fence(ids)), stored(real(() -> ledger().fence(ids))));
  }

  void byKeys(List<CustomerKey> keys) throws Exception {
    same(stored(model.placing.byKeys(keys)), stored(real(() -> ledger().byKeys(keys))));
  }

  private static List<String> stored(List<Stored> stored) {
    return stored.stream().map(s -> text(s.order()) + s.key() + s.fingerprint()).sorted().toList();
  }

  private static String text(@Nullable Order order) {
    return order == null
        ? "none"
        : order.orderId()
            + " "
            + order.customer()
            + " "
            + order.status()
            + " "
            + order.lines()
            + " "
            + order.totalCents();
  }

  void settle(Term delay, List<Settle> batch) throws Exception {
    same(
        settled(modelSettling(delay).settle(batch)),
        settled(real(() -> orders(delay).settle(batch))));
  }

  private ModelSettling modelSettling(Term delay) {
    return Objects.requireNonNull(modelSettling.get(delay));
  }

  private PostgresOrderLedger orders(Term delay) {
    return Objects.requireNonNull(orders.get(delay));
  }

  private ModelSagas modelSagas(Term lease) {
    return Objects.requireNonNull(modelSagas.get(lease));
  }

  private PostgresSagaLedger sagas(Term lease) {
    return Objects.requireNonNull(sagas.get(lease));
  }

  private static List<String> settled(List<Settlement> settlements) {
    return settlements.stream().map(s -> s.kind() + " " + text(s.order())).toList();
  }

  List<Saga> begin(Term lease, List<BeginPayment> batch) throws Exception {
    List<Begun> begun = real(() -> sagas(lease).begin(batch));
    same(begun(modelSagas(lease).begin(batch)), begun(begun));
    List<Saga> leased = new ArrayList<>();
    for (Begun each : begun) {
      if (each instanceof Begun.Leased of) {
        leased.add(of.saga());
      }
    }
    return leased;
  }

  private static List<String> begun(List<Begun> begun) {
    return begun.stream()
        .map(
            each ->
                switch (each) {
                  case Begun.Leased leased -> text(leased.saga());
                  case Begun.PaidAlready paid -> "paid " + text(paid.order());
                  case Begun.NotPayable not -> "not payable " + not.status();
                  case Begun.UnderWay other -> "under way";
                  case Begun.NotFound not -> "not found";
                })
        .toList();
  }

  private static String text(Saga saga) {
    String numbers = saga.epoch() + " " + saga.attempts() + " " + saga.payment();
    return text(saga.order()) + saga.step() + numbers + saga.paymentToken();
  }

  List<Saga> claim(Term lease) throws Exception {
    List<Saga> claimed = real(() -> sagas(lease).claim(1000));
    same(sagas(modelSagas(lease).claim(1000)), sagas(claimed));
    return claimed;
  }

  private static List<String> sagas(List<Saga> sagas) {
    return sagas.stream().map(ComparedStores::text).sorted().toList();
  }

  void retry(Saga saga, Term pause) throws Exception {
    Duration later = pause == Term.NONE ? Duration.ZERO : Duration.ofHours(1);
    same(
        modelSagas(Term.NONE).retry(saga, later),
        real(() -> sagas(Term.NONE).retry(saga, later, "why not")));
  }

  void advance(Saga saga, SagaStep next) throws Exception {
    same(
        modelSagas(Term.NONE).advance(saga, next),
        real(() -> sagas(Term.NONE).advance(saga, next, "because")));
  }

  void hint(List<PeerHint> batch) throws Exception {
    modelSagas(Term.NONE).hint(batch);
    this.<@Nullable Void>real(() -> sagas(Term.NONE).hint(batch));
  }

  void setTotal(Sku sku, long total) throws Exception {
    TotalSet set = real(() -> stock.setTotal(sku, total));
    same(model.setTotal(sku, total), set);
  }

  /** A SKU as the migrations left it. */
  void adopt(Sku sku) throws Exception {
    model.tables.setTotal(sku, real(() -> stock.levels(List.of(sku))).getFirst().total());
  }

  void nextEpoch(long seen) throws Exception {
    same(snapshot(model.nextEpoch(seen)), snapshot(real(() -> stock.nextEpoch(seen))));
  }

  /** The epoch, and the SKUs that the model has. */
  private String snapshot(Snapshot snapshot) {
    Map<String, Long> known = new TreeMap<>(snapshot.available());
    known.keySet().retainAll(model.tables.stock.keySet());
    return snapshot.epoch() + " " + known;
  }

  /** Sweeps both until nothing is pending: an order of theirs has a window of 100 ms. */
  void expireAll() throws Exception {
    Map<Sku, Long> units = new TreeMap<>();
    long deadline = Ticker.system().nanos() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    for (boolean pending = true; pending; ) {
      assertThat(Ticker.system().nanos()).as("still pending, " + doing).isLessThan(deadline);
      real(() -> ledger().expireSome()).units().forEach((sku, n) -> units.merge(sku, n, Long::sum));
      pending =
          real(() -> ledger().list(null, 1000, null)).stream()
              .anyMatch(order -> order.status() == OrderStatus.PENDING_PAYMENT);
    }
    Map<Sku, Long> modelled = new TreeMap<>();
    // The model has placed its orders a moment later, and so its windows end a moment later.
    while (model.tables.orders.values().stream().anyMatch(ModelTables.OrderRow::isPending)) {
      assertThat(Ticker.system().nanos()).as("modelled, " + doing).isLessThan(deadline);
      Expired swept = model.expiry.sweep();
      swept.units().forEach((sku, n) -> modelled.merge(sku, n, Long::sum));
    }
    same(modelled, units);
  }

  /** Everything there is. */
  void look(Set<UUID> ids, List<Sku> skus) throws Exception {
    for (UUID id : ids) {
      same(text(model.find(id)), text(real(() -> ledger().find(id))));
      same(
          model.changes(id, 0).stream().map(c -> c.sequence() + " " + c.status()).toList(),
          real(() -> ledger().changes(id, 0)).stream()
              .map(c -> c.sequence() + " " + c.status())
              .toList());
    }
    same(
        model.list(null, 50, null).stream().map(ComparedStores::text).toList(),
        real(() -> ledger().list(null, 50, null)).stream().map(ComparedStores::text).toList());
    for (Sku sku : skus) {
      same(model.levels(List.of(sku)), real(() -> stock.levels(List.of(sku))));
    }
    same(snapshot(model.snapshot()), snapshot(real(stock::snapshot)));
  }
}
