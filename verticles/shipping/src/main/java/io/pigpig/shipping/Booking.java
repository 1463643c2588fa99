package io.pigpig.shipping;

/** A carrier's final word on a shipment. */
public sealed interface Booking {

  record Booked(String waybill) implements Booking {

    public Booked {
      if (waybill.isEmpty() || waybill.length() > 64) {
        throw new IllegalArgumentException("a waybill has 1 to 64 characters: " + waybill);
      }
    }
  }

  /** The carrier will not take it, however often it is asked. */
  record Rejected(String why) implements Booking {}
}
