package io.pigpig.sandbox;

import io.vertx.core.json.JsonObject;

/**
 * One line of the ledger: what a key has become.
 *
 * @param sequence counts the lines from 1
 * @param request the body that made the effect, in canonical form; empty for a tombstone
 * @param amountCents what was charged; 0 for a booking and for what has no effect
 * @param reference the peer's own name of the effect, such as a waybill; empty if there is none
 */
record Entry(
    long sequence,
    String key,
    String orderId,
    String status,
    String request,
    long amountCents,
    String reference) {

  Entry become(long nextSequence, String nextStatus) {
    return new Entry(nextSequence, key, orderId, nextStatus, request, amountCents, reference);
  }

  String line() {
    return new JsonObject()
        .put("sequence", sequence)
        .put("key", key)
        .put("orderId", orderId)
        .put("status", status)
        .put("request", request)
        .put("amountCents", amountCents)
        .put("reference", reference)
        .encode();
  }

  /**
   * Reads {@link #line}.
   *
   * @throws RuntimeException if the line is none
   */
  static Entry read(String line) {
    JsonObject json = new JsonObject(line);
    return new Entry(
        json.getLong("sequence"),
        json.getString("key"),
        json.getString("orderId"),
        json.getString("status"),
        json.getString("request"),
        json.getLong("amountCents"),
        json.getString("reference"));
  }

  /** What clients see. */
  JsonObject shown() {
    JsonObject json = new JsonObject().put("key", key).put("status", status);
    if (!reference.isEmpty()) {
      json.put("waybill", reference);
    }
    return json;
  }
}
