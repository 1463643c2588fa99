package io.pigpig.stock;

import io.pigpig.runtime.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's memory of the SKUs that the gate has no unit of, so that a refusal costs
 * nothing.
 *
 * <p>An entry is forgotten when units return ({@link SoldOutBoards#reopen}) and, in case that word
 * is lost, after {@code recheckAfter}: then one order asks the gate again. Holds at most one entry
 * a SKU of the catalog. Owned by one event loop; not thread-safe.
 */
public final class SoldOutBoard {

  private final Ticker ticker;
  private final long recheckAfterNanos;
  private final Map<String, Long> recheckAtNanos = new HashMap<>();
  private long reopenings;

  public SoldOutBoard(Ticker ticker, Duration recheckAfter) {
    this.ticker = ticker;
    this.recheckAfterNanos = recheckAfter.toNanos();
  }

  /** A line whose SKU is sold out, or null. */
  public @Nullable Take firstSoldOut(List<Take> order) {
    if (recheckAtNanos.isEmpty()) {
      return null;
    }
    for (Take take : order) {
      Long recheckAt = recheckAtNanos.get(take.sku().value());
      if (recheckAt != null) {
        if (recheckAt - ticker.nanos() > 0) {
          return take;
        }
        recheckAtNanos.remove(take.sku().value());
      }
    }
    return null;
  }

  /** Counts up whenever units return; see {@link #markSoldOut}. */
  public long reopenings() {
    return reopenings;
  }

  /**
   * Notes that the gate has no unit of a SKU, as of an answer that was asked for when {@link
   * #reopenings} was {@code asOf}: an answer from before units returned is not believed.
   */
  public void markSoldOut(String sku, long asOf) {
    if (asOf == reopenings) {
      recheckAtNanos.put(sku, ticker.nanos() + recheckAfterNanos);
    }
  }

  void reopen(Iterable<String> skus) {
    reopenings++;
    for (String sku : skus) {
      recheckAtNanos.remove(sku);
    }
  }
}
