package io.pigpig.cluster;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What one process asks another to call out: {@code {"node","round","addresses":[...]}}.
 *
 * @param node whom the calls are for
 * @param addresses where they are to be published
 */
record Probe(String node, long round, List<String> addresses) {

  /** The header of a call, with {@link #mark} in it. */
  static final String HEADER = "pigpig-canary";

  private static final int ADDRESSES_MAX = 256;
  private static final int TEXT_MAX = 256;

  Probe {
    addresses = List.copyOf(addresses);
    if (addresses.size() > ADDRESSES_MAX) {
      throw new IllegalArgumentException(addresses.size() + " addresses to call");
    }
    check(node);
    addresses.forEach(Probe::check);
  }

  private static void check(String text) {
    if (text.isEmpty() || text.length() > TEXT_MAX) {
      throw new IllegalArgumentException("a name of " + text.length() + " characters");
    }
  }

  /** Tells this round's calls for this process from all others. */
  String mark() {
    return node + "/" + round;
  }

  JsonObject json() {
    return new JsonObject()
        .put("node", node)
        .put("round", round)
        .put("addresses", new JsonArray(addresses));
  }

  /**
   * Reads what another process sent.
   *
   * @throws IllegalArgumentException on anything that is not a probe
   */
  static Probe of(JsonObject json) {
    try {
      List<String> addresses = new ArrayList<>();
      for (Object address : json.getJsonArray("addresses")) {
        addresses.add((String) address);
      }
      return new Probe(json.getString("node"), json.getLong("round"), addresses);
    } catch (ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException("not a probe: " + json, e);
    }
  }
}
