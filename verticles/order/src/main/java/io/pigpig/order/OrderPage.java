package io.pigpig.order;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Some orders, newest first.
 *
 * @param next cursor of the following page, or null at the end
 */
public record OrderPage(List<Order> orders, @Nullable UUID next) {

  public static final int LIMIT_MAX = 100;

  public OrderPage {
    orders = List.copyOf(orders);
  }
}
