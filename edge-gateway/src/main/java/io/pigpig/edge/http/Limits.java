package io.pigpig.edge.http;

/** The limits of the HTTP contract. One more than a limit is refused, one less passes. */
final class Limits {

  /** Method, target and version, without the line end. */
  static final int REQUEST_LINE_BYTES = 4096;

  /** All header lines together, without their line ends. */
  static final int HEADER_BYTES = 8192;

  static final int HEADER_FIELDS = 100;
  static final int HTTP2_STREAMS = 100;
  static final int ORDER_BODY_BYTES = 16 * 1024;
  static final int DESIGN_BODY_BYTES = 2 * 1024 * 1024;
  static final int STOCK_CHECK_BODY_BYTES = 512 * 1024;

  /** Tokens, payments and totals. */
  static final int SMALL_BODY_BYTES = 16 * 1024;

  static final int STOCK_CHECK_SKUS = 10_000;
  static final int JSON_DEPTH = 16;

  private Limits() {}
}
