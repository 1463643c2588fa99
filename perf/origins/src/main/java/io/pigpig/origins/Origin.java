package io.pigpig.origins;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A choice of the story's first program that this stack has replaced. */
public enum Origin {
  /** A connection to Redis is made for each order and closed after it. */
  REDIS_CONNECTION,
  /** The levels of many SKUs are asked for one by one, a unary call each. */
  UNARY_CHECKS,
  /** Instances are taken in turn, whatever their weight and however they answer. */
  DNS_ROUND_ROBIN,
  /** Bodies of orders are bound to records by reflection. */
  REFLECTIVE_JSON,
  /** Each order is a transaction of its own, row by row. */
  ORDER_TRANSACTION,
  /** Each line of an order is a command to Redis of its own. */
  REDIS_PER_ITEM,
  /** Orders are placed by a blocking driver, on worker threads and a pool of connections. */
  BLOCKING_STORE;

  /** The word for all of them. */
  public static final String ALL = "all";

  /** As it is written on command lines and in scenarios. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Those of these names; {@value #ALL} stands for every one.
   *
   * @throws IllegalArgumentException naming the name that is none, and those there are
   */
  public static Set<Origin> named(List<String> names) {
    Set<Origin> origins = EnumSet.noneOf(Origin.class);
    for (String name : names) {
      if (name.equals(ALL)) {
        origins.addAll(EnumSet.allOf(Origin.class));
      } else {
        origins.add(named(name));
      }
    }
    return origins;
  }

  private static Origin named(String name) {
    return Arrays.stream(values())
        .filter(origin -> origin.text().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no origin "
                        + name
                        + "; there are "
                        + Arrays.stream(values())
                            .map(Origin::text)
                            .collect(Collectors.joining(", "))
                        + ", and "
                        + ALL));
  }
}
