package io.pigpig.shipping;

/**
 * What a carrier is asked to take.
 *
 * @param key the same for every attempt
 * @param units shirts, at least 1
 */
public record Shipment(String key, String orderId, int units) {

  public Shipment {
    if (units < 1) {
      throw new IllegalArgumentException("a shipment has at least one unit: " + units);
    }
  }
}
