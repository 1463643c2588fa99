package io.pigpig.order;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderLedger.CustomerKey;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.order.OrderLedger.Stored;
import io.pigpig.order.Placement.Origin;
import io.pigpig.pricing.PriceBook;
import io.pigpig.runtime.UuidV7;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.StockGate;
import io.pigpig.stock.Take;
import io.pigpig.stock.UnitsBack;
import io.pigpig.stock.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The order path from a parsed request to its answer: price, gate, commit, answer.
 *
 * <p>Requests with a key that is being worked on wait for the first one's answer, so that copies
 * that arrive together cost one order's work; copies on other loops and in other processes meet in
 * Postgres. Refusals are not stored: a refused request may be sent again. Before a request is
 * refused as out of stock its key is looked up, so that the retry of an order that took the last
 * unit gets its order and not a refusal.
 *
 * <p>A caller waits no longer than its deadline; what was begun goes on, and until it has ended the
 * key answers {@code REQUEST_IN_FLIGHT}. Owned by one event loop; not thread-safe.
 */
final class OrderPlacing {

  /** One key that is being worked on. */
  private static final class InFlight {
    private final UUID fingerprint;
    private final Promise<Placement> answer = Promise.promise();
    private int copies;

    InFlight(UUID fingerprint) {
      this.fingerprint = fingerprint;
    }
  }

  /** What the path is made of, each owned by the same event loop. */
  record Parts(
      GroupCommit commit,
      KeyLookup lookup,
      StockGate gate,
      SoldOutBoard board,
      UnitsBack unitsBack,
      Supplier<PriceBook> prices,
      Designs designs) {}

  private final Parts parts;
  private final LoopTools tools;
  private final int sameKeyMax;
  private final int inFlightMax;
  private final CallerDeadlines deadlines;
  private final UuidV7 ids;
  private final Fingerprint fingerprints = new Fingerprint();
  private final Map<CustomerKey, InFlight> inFlight = new HashMap<>();

  OrderPlacing(Parts parts, OrderSettings settings, LoopTools tools) {
    this.parts = parts;
    this.tools = tools;
    this.sameKeyMax = settings.sameKeyMax();
    this.inFlightMax = settings.inFlightMax();
    this.deadlines = new CallerDeadlines(tools.ticker());
    this.ids = new UuidV7(tools.clock(), tools.random());
  }

  Future<Placement> place(PlaceOrder request) {
    CustomerKey key = new CustomerKey(request.principal().customer(), request.key());
    UUID fingerprint = fingerprints.of(request.lines());
    InFlight first = inFlight.get(key);
    if (first != null) {
      return join(first, fingerprint, request);
    }
    if (inFlight.size() >= inFlightMax) {
      return Refused.with(new Refusal.Overloaded("the order path", Refused.RETRY_AFTER));
    }
    InFlight mine = new InFlight(fingerprint);
    inFlight.put(key, mine);
    deadlines.watch(mine.answer, request.deadlineNanos());
    knownDesigns(request)
        .compose(known -> work(request, key, fingerprint))
        .onComplete(
            done -> {
              inFlight.remove(key, mine);
              if (done.succeeded()) {
                mine.answer.tryComplete(done.result());
              } else {
                mine.answer.tryFail(done.cause());
              }
            });
    return mine.answer.future();
  }

  /** Orders that are being worked on. */
  int pending() {
    return inFlight.size();
  }

  void answerLate() {
    deadlines.answerLate();
  }

  private Future<Placement> join(InFlight first, UUID fingerprint, PlaceOrder request) {
    boolean same = first.fingerprint.equals(fingerprint);
    if (!same || first.answer.future().isComplete() || first.copies >= sameKeyMax) {
      return Refused.with(new Refusal.RequestInFlight(request.key(), Refused.RETRY_AFTER));
    }
    first.copies++;
    return first
        .answer
        .future()
        .map(placement -> new Placement(placement.order(), Origin.REPLAYED));
  }

  private Future<Void> knownDesigns(PlaceOrder request) {
    Future<Void> all = Future.succeededFuture();
    for (RequestedLine line : request.lines()) {
      String designId = line.designId();
      if (designId != null) {
        all =
            all.compose(known -> parts.designs().exists(designId))
                .compose(
                    exists ->
                        exists
                            ? Future.succeededFuture()
                            : Refused.with(new Refusal.UnknownDesign(designId)));
      }
    }
    return all;
  }

  private Future<Placement> work(PlaceOrder request, CustomerKey key, UUID fingerprint) {
    List<OrderLine> lines = new ArrayList<>(request.lines().size());
    List<Take> takes = new ArrayList<>(request.lines().size());
    PriceBook prices = parts.prices().get();
    long nowMillis = tools.clock().millis();
    long totalCents = 0;
    for (RequestedLine line : request.lines()) {
      int unitCents = prices.unitCents(line.sku(), request.principal().membership(), nowMillis);
      if (unitCents < 0) {
        return Refused.with(new Refusal.UnknownSku(line.sku().value()));
      }
      lines.add(new OrderLine(line.sku(), line.quantity(), unitCents, line.designId()));
      takes.add(new Take(line.sku(), line.quantity()));
      totalCents += (long) unitCents * line.quantity();
    }
    Take soldOut = parts.board().firstSoldOut(takes);
    if (soldOut != null) {
      return replayOr(key, fingerprint, outOfStock(soldOut));
    }
    NewOrder entry =
        new NewOrder(ids.next(), key.customer(), key.key(), fingerprint, lines, totalCents);
    return parts.gate().take(takes).compose(verdict -> admitted(entry, verdict, takes, request));
  }

  private Future<Placement> admitted(
      NewOrder entry, Verdict verdict, List<Take> takes, PlaceOrder request) {
    CustomerKey key = new CustomerKey(entry.customer(), entry.key());
    return switch (verdict) {
      case Verdict.Granted granted ->
          parts
              .commit()
              .commit(entry, request.deadlineNanos())
              .compose(outcome -> answer(entry, outcome, takes));
      case Verdict.FallsShort falls -> replayOr(key, entry.fingerprint(), outOfStock(falls.take()));
      case Verdict.Closed closed ->
          Refused.with(new Refusal.Unavailable(closed.why(), Refused.RETRY_AFTER));
    };
  }

  private Future<Placement> answer(NewOrder entry, Outcome outcome, List<Take> takes) {
    CustomerKey key = new CustomerKey(entry.customer(), entry.key());
    return switch (outcome) {
      case Outcome.Accepted accepted ->
          Future.succeededFuture(new Placement(placed(entry, accepted), Origin.PLACED));
      case Outcome.KeyUsed used ->
          giveBack(takes)
              .compose(
                  done ->
                      replayOr(
                          key,
                          entry.fingerprint(),
                          new Refusal.RequestInFlight(entry.key(), Refused.RETRY_AFTER)));
      case Outcome.OutOfStock out ->
          giveBack(takes.stream().filter(take -> !take.sku().equals(out.sku())).toList())
              .compose(
                  done -> replayOr(key, entry.fingerprint(), outOfStock(asked(takes, out.sku()))));
      case Outcome.Fenced fenced ->
          giveBack(takes)
              .compose(
                  done ->
                      Refused.with(
                          new Refusal.Unavailable("the order id is fenced", Refused.RETRY_AFTER)));
      case Outcome.Refused refused -> refusedAfterGrant(refused.refusal(), takes);
      case Outcome.Unknown unknown -> Refused.with(new Refusal.OutcomeUnknown(Refused.RETRY_AFTER));
    };
  }

  /**
   * What the order asked of a SKU that the ledger is short of. Its units stay taken: the gate had
   * more than the ledger, and now it has less.
   */
  private static Take asked(List<Take> takes, Sku sku) {
    int units =
        takes.stream().filter(take -> take.sku().equals(sku)).mapToInt(Take::quantity).sum();
    return new Take(sku, units);
  }

  /** What is unknown keeps its units: if it was placed, they are gone from the ledger as well. */
  private Future<Placement> refusedAfterGrant(Refusal refusal, List<Take> takes) {
    return refusal instanceof Refusal.OutcomeUnknown
        ? Refused.with(refusal)
        : giveBack(takes).compose(done -> Refused.with(refusal));
  }

  private Future<Void> giveBack(List<Take> takes) {
    Map<Sku, Long> units = new HashMap<>();
    takes.forEach(take -> units.merge(take.sku(), (long) take.quantity(), Long::sum));
    return parts.unitsBack().giveBack(units);
  }

  /** The order this key has made, if any, as it was first answered; else the refusal. */
  private Future<Placement> replayOr(CustomerKey key, UUID fingerprint, Refusal otherwise) {
    Future<@Nullable Stored> found = parts.lookup().find(key);
    if (found == null) {
      return Refused.with(new Refusal.Overloaded("the look-up queue", Refused.RETRY_AFTER));
    }
    return found
        .recover(Refused::byStoreRead)
        .compose(stored -> stored == null ? Refused.with(otherwise) : replay(stored, fingerprint));
  }

  private static Future<Placement> replay(Stored stored, UUID fingerprint) {
    if (!stored.fingerprint().equals(fingerprint)) {
      return Refused.with(new Refusal.IdempotencyKeyReused(stored.key()));
    }
    return Future.succeededFuture(new Placement(asPlaced(stored.order()), Origin.REPLAYED));
  }

  private static Order asPlaced(Order order) {
    return new Order(
        order.orderId(),
        order.customer(),
        OrderStatus.PENDING_PAYMENT,
        order.lines(),
        order.totalCents(),
        order.createdAt(),
        order.expiresAt());
  }

  private static Order placed(NewOrder entry, Outcome.Accepted accepted) {
    return new Order(
        entry.orderId(),
        entry.customer(),
        OrderStatus.PENDING_PAYMENT,
        entry.lines(),
        entry.totalCents(),
        accepted.placedAt(),
        accepted.expiresAt());
  }

  private static Refusal outOfStock(Take take) {
    return new Refusal.OutOfStock(take.sku().value(), take.quantity());
  }
}
