package io.pigpig.stock;

/** What the gate says to one order. */
public sealed interface Verdict {

  /** All its units are taken from the gate. */
  record Granted() implements Verdict {}

  /** Nothing was taken: this SKU has fewer units left than asked for. */
  record FallsShort(Take take) implements Verdict {}

  /**
   * The gate cannot be trusted or reached now; whatever it took will be put right from Postgres.
   */
  record Closed(String why) implements Verdict {}

  Verdict GRANTED = new Granted();
}
