package io.pigpig.order;

/** The answer to {@link PlaceOrder}: the order, and whether this request or an earlier made it. */
public record Placement(Order order, Origin origin) {

  /** Who made the order. */
  public enum Origin {
    PLACED,
    REPLAYED
  }
}
