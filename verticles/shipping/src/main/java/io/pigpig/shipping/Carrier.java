package io.pigpig.shipping;

import io.vertx.core.Future;

/**
 * A carrier. Both calls are idempotent by their key, so a call whose answer was not seen is simply
 * made again. A future that fails says nothing about the effect.
 */
public interface Carrier {

  Future<Booking> book(Shipment shipment);

  /**
   * Takes the booking under the key back. If there is none, there can be none from now on: a
   * booking that arrives later is rejected.
   */
  Future<Void> makeVoid(String key);
}
