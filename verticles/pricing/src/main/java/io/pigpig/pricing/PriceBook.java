package io.pigpig.pricing;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.Principal.Membership;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What every SKU costs, at one version. Immutable: readers on every loop share it.
 *
 * <p>The price of a unit is the lowest of the list price, the member price (members only) and the
 * list price less the best discount that is running. Discounts do not add up. Cents, one currency.
 */
public final class PriceBook {

  /** ISO 4217 code of every amount of this shop. */
  public static final String CURRENCY = "CNY";

  private final long version;
  private final Map<String, SkuPrice> prices;

  /**
   * What one SKU costs.
   *
   * @param listCents list price, 1 to 10 000 000 cents
   * @param memberCents member price, at most the list price
   * @param discounts time-boxed discounts that can apply to this SKU
   */
  public record SkuPrice(int listCents, int memberCents, List<Discount> discounts) {

    public SkuPrice {
      if (listCents < 1 || listCents > 10_000_000) {
        throw new IllegalArgumentException("listCents must be 1 to 10000000: " + listCents);
      }
      if (memberCents < 1 || memberCents > listCents) {
        throw new IllegalArgumentException(
            "memberCents must be 1 to " + listCents + ": " + memberCents);
      }
      discounts = List.copyOf(discounts);
    }
  }

  /**
   * A discount that runs from one instant to another.
   *
   * @param percent 1 to 90
   * @param fromEpochMillis first millisecond in which it applies
   * @param untilEpochMillis first millisecond in which it no longer applies
   */
  public record Discount(int percent, long fromEpochMillis, long untilEpochMillis) {

    public Discount {
      if (percent < 1 || percent > 90) {
        throw new IllegalArgumentException("percent must be 1 to 90: " + percent);
      }
      if (untilEpochMillis <= fromEpochMillis) {
        throw new IllegalArgumentException(
            "a discount must end after it begins: " + fromEpochMillis + " to " + untilEpochMillis);
      }
    }

    boolean runsAt(long epochMillis) {
      return epochMillis >= fromEpochMillis && epochMillis < untilEpochMillis;
    }
  }

  public PriceBook(long version, Map<Sku, SkuPrice> prices) {
    this.version = version;
    Map<String, SkuPrice> bySku = new HashMap<>();
    prices.forEach((sku, price) -> bySku.put(sku.value(), price));
    this.prices = bySku;
  }

  public long version() {
    return version;
  }

  /** Price of one unit in cents, or -1 when the book has no such SKU. */
  public int unitCents(Sku sku, Membership membership, long epochMillis) {
    SkuPrice price = prices.get(sku.value());
    return price == null ? -1 : unitCents(price, membership, epochMillis);
  }

  private static int unitCents(SkuPrice price, Membership membership, long epochMillis) {
    int cents = membership == Membership.MEMBER ? price.memberCents() : price.listCents();
    for (Discount discount : price.discounts()) {
      if (discount.runsAt(epochMillis)) {
        cents = Math.min(cents, discounted(price.listCents(), discount.percent()));
      }
    }
    return cents;
  }

  /** Rounded half up, never below one cent. */
  private static int discounted(int cents, int percent) {
    return (int) Math.max(1, (cents * (100L - percent) + 50) / 100);
  }
}
