package io.pigpig.perf.history;

import io.pigpig.perf.load.HistoryFile;
import io.pigpig.perf.load.OrderKeys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the customers of a generator were told of each order with what the ledger has of
 * them: the promises of {@link HistoryChecker}, for millions of orders.
 *
 * <p>Told first, then stored, then the verdict. An order is found by the number in its key, and
 * takes {@value #BYTES_AN_ORDER} bytes here; more than {@value #ORDERS_MAX} are refused. What
 * became of an order whose outcome nobody was told, the ledger says, so that no order is {@link
 * Promise#UNRESOLVED}. Owned by one thread.
 */
public final class LedgerAudit {

  static final int BYTES_AN_ORDER = 2 * Long.BYTES + 1;
  static final int ORDERS_MAX = 50_000_000;

  private static final int SHOWN_MAX = 20;

  /** Each is a question to the ledger; what is missing beyond them is lost, unasked. */
  static final int ASKED_MAX = 1_000;

  private static final int FIRST_ROOM = 1 << 16;

  /** What is known of a number. */
  private static final byte NEVER_SENT = 0;

  private static final byte ACCEPTED = 1;
  private static final byte REFUSED = 2;
  private static final byte UNKNOWN = 3;
  private static final byte OUTCOME = 3;
  private static final byte STORED = 4;

  /**
   * An order of the ledger.
   *
   * @param number in its key
   * @param gaveBack whether its unit can be bought again
   */
  public record Stored(long number, UUID orderId, String sku, boolean gaveBack) {}

  /** Says under which key the ledger has an order; null for none. */
  @FunctionalInterface
  public interface KeyOfOrder {
    @Nullable String find(UUID orderId);
  }

  /**
   * What became of the orders.
   *
   * @param orders that the ledger has
   * @param broken how often each promise was, 0 included
   * @param violations the first of each promise
   */
  public record Verdict(long orders, Map<Promise, Long> broken, List<Violation> violations) {
    public Verdict {
      broken = Map.copyOf(broken);
      violations = List.copyOf(violations);
    }
  }

  /**
   * What customers were told.
   *
   * @param violations in that alone
   */
  public record Told(long acknowledged, long unknown, List<Violation> violations) {
    public Told {
      violations = List.copyOf(violations);
    }
  }

  private final Map<String, Long> toldUnits = new HashMap<>();
  private final Map<Promise, Long> broken = new EnumMap<>(Promise.class);
  private final List<Violation> violations = new ArrayList<>();
  private byte[] states = new byte[FIRST_ROOM];
  private long[] idHigh = new long[FIRST_ROOM];
  private long[] idLow = new long[FIRST_ROOM];
  private final String keyPrefix;
  private long orders;
  private int asked;

  /**
   * @param keyPrefix what the numbers follow in the keys
   */
  public LedgerAudit(String keyPrefix) {
    this.keyPrefix = keyPrefix;
    EnumSet.complementOf(EnumSet.of(Promise.UNRESOLVED))
        .forEach(promise -> broken.put(promise, 0L));
  }

  String keyPrefix() {
    return keyPrefix;
  }

  /**
   * What a customer was told; the last word counts. One who was told yes and not of which order
   * cannot find it: that is no answer, and breaks a promise.
   */
  public void told(HistoryFile.Entry entry) {
    int at = place(entry.number());
    UUID id = entry.orderId();
    if (entry.outcome() == HistoryFile.Outcome.ACCEPTED && id != null) {
      accepted(at, id, entry.sku());
      return;
    }
    if (entry.outcome() == HistoryFile.Outcome.ACCEPTED) {
      found(Promise.BROKEN, key(at) + " was accepted with an answer that names no order");
    }
    if (states[at] != ACCEPTED) {
      states[at] = entry.outcome() == HistoryFile.Outcome.REFUSED ? REFUSED : UNKNOWN;
    }
  }

  private void accepted(int at, UUID id, String sku) {
    if (states[at] == ACCEPTED) {
      if (!isTold(at, id)) {
        found(Promise.DUPLICATED, key(at) + " was told orders " + toldId(at) + " and " + id);
      }
      return;
    }
    states[at] = ACCEPTED;
    idHigh[at] = id.getMostSignificantBits();
    idLow[at] = id.getLeastSignificantBits();
    toldUnits.merge(sku, 1L, Long::sum);
  }

  private int place(long number) {
    if (number < 1 || number > ORDERS_MAX) {
      throw new IllegalArgumentException("order " + number + " of 1 to " + ORDERS_MAX);
    }
    int at = (int) number;
    if (at >= states.length) {
      // By a quarter: while an array is copied there are two of it.
      int room = Math.min(ORDERS_MAX + 1, Math.max(at + 1, states.length + states.length / 4));
      states = Arrays.copyOf(states, room);
      idHigh = Arrays.copyOf(idHigh, room);
      idLow = Arrays.copyOf(idLow, room);
    }
    return at;
  }

  /** So many were told what, before anything is known of the ledger. */
  public Told told() {
    long[] counts = new long[OUTCOME + 1];
    for (byte state : states) {
      counts[state & OUTCOME]++;
    }
    return new Told(counts[ACCEPTED], counts[UNKNOWN], violations);
  }

  /** What the ledger has. */
  public void stored(Stored order) {
    int at = place(order.number());
    orders++;
    if ((states[at] & STORED) != 0) {
      found(Promise.DUPLICATED, key(at) + " has two orders, one is " + order.orderId());
    }
    switch (states[at] & OUTCOME) {
      case NEVER_SENT -> found(Promise.BROKEN, key(at) + " has an order and was never sent");
      case REFUSED -> found(Promise.BROKEN, key(at) + " was refused and has " + order.orderId());
      case UNKNOWN -> toldUnits.merge(order.sku(), 1L, Long::sum);
      default -> {
        if (!isTold(at, order.orderId())) {
          found(
              Promise.DUPLICATED,
              key(at) + " was told order " + toldId(at) + " and has " + order.orderId());
        }
      }
    }
    states[at] |= STORED;
    if (order.gaveBack()) {
      toldUnits.merge(order.sku(), -1L, Long::sum);
    }
  }

  private boolean isTold(int at, UUID id) {
    return idHigh[at] == id.getMostSignificantBits() && idLow[at] == id.getLeastSignificantBits();
  }

  private UUID toldId(int at) {
    return new UUID(idHigh[at], idLow[at]);
  }

  private String key(int at) {
    return "key " + keyPrefix + OrderKeys.digits(at);
  }

  /**
   * What is to be said now that everything was told and stored.
   *
   * @param stock of every SKU that was for sale
   */
  public Verdict verdict(Map<String, HistoryChecker.Stock> stock, KeyOfOrder keys) {
    for (int at = 1; at < states.length; at++) {
      if (states[at] == ACCEPTED) {
        missing(at, keys);
      }
    }
    stock.forEach(this::checkStock);
    broken.forEach(this::notShown);
    return new Verdict(orders, broken, violations);
  }

  /** Acknowledged, and not there under its key. */
  private void missing(int at, KeyOfOrder keys) {
    String other = asked++ < ASKED_MAX ? keys.find(toldId(at)) : null;
    if (other == null) {
      found(Promise.LOST, "order " + toldId(at) + " of " + key(at) + " was acknowledged");
    } else {
      found(Promise.DUPLICATED, "order " + toldId(at) + " answers " + key(at) + " and " + other);
    }
  }

  private void checkStock(String sku, HistoryChecker.Stock stock) {
    StockCheck check = StockCheck.of(sku, stock, toldUnits.getOrDefault(sku, 0L));
    check.violations().forEach(violation -> found(violation.promise(), violation.what()));
  }

  private void found(Promise promise, String what) {
    if (broken.merge(promise, 1L, Long::sum) <= SHOWN_MAX) {
      violations.add(new Violation(promise, what));
    }
  }

  private void notShown(Promise promise, long times) {
    if (times > SHOWN_MAX) {
      violations.add(new Violation(promise, "and " + (times - SHOWN_MAX) + " more like these"));
    }
  }
}
