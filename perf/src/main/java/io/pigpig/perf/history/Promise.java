package io.pigpig.perf.history;

/** What was broken. */
public enum Promise {
  /** An acknowledged order is not there. */
  LOST,
  /** A key has two orders, or an order two keys. */
  DUPLICATED,
  /** More is committed or acknowledged than there is. */
  OVERSOLD,
  /** An order is what its customer was told that it is not. */
  BROKEN,
  /** What a SKU has committed is not what customers were told. */
  DRIFT,
  /** Nobody knows what became of an order. */
  UNRESOLVED
}
