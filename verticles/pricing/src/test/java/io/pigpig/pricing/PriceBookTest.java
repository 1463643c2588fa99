package io.pigpig.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.catalog.Sku;
import io.pigpig.pricing.PriceBook.Discount;
import io.pigpig.pricing.PriceBook.SkuPrice;
import io.pigpig.runtime.Principal.Membership;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a unit costs, and to whom, and when. */
final class PriceBookTest {

  private static final Sku TEE = new Sku("TEE");
  private static final Sku ABSENT = new Sku("ABSENT");
  private static final long FROM = 1_000;
  private static final long UNTIL = 2_000;

  @Test
  void onlyMembersPayTheMemberPrice() {
    PriceBook book = book(4900, 4410);
    assertThat(book.unitCents(TEE, Membership.NONE, FROM)).isEqualTo(4900);
    assertThat(book.unitCents(TEE, Membership.MEMBER, FROM)).isEqualTo(4410);
  }

  @Test
  void aDiscountAppliesFromItsFirstMillisecondToBeforeItsLast() {
    PriceBook book = book(1000, 1000, new Discount(60, FROM, UNTIL));
    assertThat(book.unitCents(TEE, Membership.NONE, FROM - 1)).isEqualTo(1000);
    assertThat(book.unitCents(TEE, Membership.NONE, FROM)).isEqualTo(400);
    assertThat(book.unitCents(TEE, Membership.NONE, UNTIL - 1)).isEqualTo(400);
    assertThat(book.unitCents(TEE, Membership.NONE, UNTIL)).isEqualTo(1000);
  }

  @Test
  void theBestPriceCountsAndDiscountsDoNotAddUp() {
    PriceBook book =
        book(1000, 800, new Discount(30, FROM, UNTIL), new Discount(50, FROM, FROM + 10));
    assertThat(book.unitCents(TEE, Membership.MEMBER, FROM)).isEqualTo(500);
    assertThat(book.unitCents(TEE, Membership.MEMBER, FROM + 10)).isEqualTo(700);
    assertThat(book.unitCents(TEE, Membership.MEMBER, UNTIL)).isEqualTo(800);
  }

  @Test
  void aMemberPriceBelowTheDiscountStays() {
    PriceBook book = book(1000, 800, new Discount(10, FROM, UNTIL));
    assertThat(book.unitCents(TEE, Membership.MEMBER, FROM)).isEqualTo(800);
    assertThat(book.unitCents(TEE, Membership.NONE, FROM)).isEqualTo(900);
  }

  @Test
  void halfACentIsRoundedUpAndNothingIsFree() {
    assertThat(discounted(5, 50)).isEqualTo(3);
    assertThat(discounted(5, 51)).isEqualTo(2);
    assertThat(discounted(1, 90)).isEqualTo(1);
    assertThat(discounted(4, 90)).isEqualTo(1);
    assertThat(discounted(10_000_000, 1)).isEqualTo(9_900_000);
    assertThat(discounted(10_000_000, 90)).isEqualTo(1_000_000);
  }

  @Test
  void aSkuThatTheBookLacksHasNoPrice() {
    PriceBook book = book(1000, 1000);
    assertThat(book.unitCents(ABSENT, Membership.MEMBER, FROM)).isEqualTo(-1);
  }

  @Test
  void pricesAtTheirBoundsAreTakenAndOneBeyondRefused() {
    assertThat(new SkuPrice(1, 1, List.of()).listCents()).isEqualTo(1);
    assertThat(new SkuPrice(10_000_000, 1, List.of()).listCents()).isEqualTo(10_000_000);
    for (int[] wrong : new int[][] {{0, 0}, {10_000_001, 1}, {100, 101}, {100, 0}}) {
      assertThatThrownBy(() -> new SkuPrice(wrong[0], wrong[1], List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void discountsAtTheirBoundsAreTakenAndOneBeyondRefused() {
    assertThat(new Discount(1, 0, 1).percent()).isEqualTo(1);
    assertThat(new Discount(90, 0, 1).percent()).isEqualTo(90);
    for (int percent : new int[] {0, 91, -1}) {
      assertThatThrownBy(() -> new Discount(percent, 0, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new Discount(10, 5, 5)).isInstanceOf(IllegalArgumentException.class);
  }

  private static int discounted(int listCents, int percent) {
    return book(listCents, listCents, new Discount(percent, FROM, UNTIL))
        .unitCents(TEE, Membership.NONE, FROM);
  }

  private static PriceBook book(int listCents, int memberCents, Discount... discounts) {
    return new PriceBook(1, Map.of(TEE, new SkuPrice(listCents, memberCents, List.of(discounts))));
  }
}
