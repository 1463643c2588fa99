package io.pigpig.perf;

/**
 * Says from when on a side is warm: its CPU an order over two slices that follow each other differs
 * by less than {@value #DIFFERENCE_MAX}, so that compilers no longer work for what comes later and
 * not for what is measured.
 *
 * <p>A side that never settles is taken as it is after its time. Owned by one thread.
 */
final class Warmth {

  static final int SLICE_SECONDS = 5;
  static final double DIFFERENCE_MAX = 0.05;

  private final int secondsMax;
  private long sliceOrders;
  private long sliceBegan;
  private double before = Double.NaN;
  private double newest = Double.NaN;
  private int second;
  private boolean warm;

  /**
   * @param secondsMax after which it is taken for warm
   * @param cpuMicros of the side as the first second begins
   */
  Warmth(int secondsMax, long cpuMicros) {
    this.secondsMax = secondsMax;
    sliceBegan = cpuMicros;
    warm = secondsMax == 0;
  }

  /**
   * The next second is over.
   *
   * @param accepted orders in it
   * @param cpuMicros of the side since it began
   */
  void add(long accepted, long cpuMicros) {
    second++;
    sliceOrders += accepted;
    if (!warm && second % SLICE_SECONDS == 0) {
      before = newest;
      newest = sliceOrders == 0 ? Double.NaN : (double) (cpuMicros - sliceBegan) / sliceOrders;
      sliceBegan = cpuMicros;
      sliceOrders = 0;
      // Of NaN nothing is true.
      warm = Math.abs(newest - before) < DIFFERENCE_MAX * before;
    }
    warm |= second >= secondsMax;
  }

  boolean isWarm() {
    return warm;
  }

  /** Of the last whole slice; NaN before there is one. */
  double microsAnOrder() {
    return newest;
  }
}
