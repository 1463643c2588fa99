package io.pigpig.runtime;

/**
 * How often something may be tried again: a share of the first attempts in the long run, and a
 * reserve for what fails all at once. Without one, an outage multiplies the load that caused it.
 *
 * <p>A token bucket, counted in hundredths of an attempt so that no share is lost to rounding: a
 * first attempt earns {@code percent}, another attempt costs 100, and at most {@code reserveMax}
 * attempts are kept. It begins full. Source: Finagle's RetryBudget. Owned by one event loop.
 */
public final class RetryBudget {

  private static final int COST = 100;

  private final int percent;
  private final long balanceMax;
  private long balance;

  /**
   * @param percent of the first attempts that may be made again, 0 to 100
   * @param reserveMax attempts that are kept, and that there are to begin with; at least 0
   */
  public RetryBudget(int percent, int reserveMax) {
    if (percent < 0 || percent > 100 || reserveMax < 0) {
      throw new IllegalArgumentException(
          "a budget of " + percent + " percent and a reserve of " + reserveMax);
    }
    this.percent = percent;
    this.balanceMax = (long) reserveMax * COST;
    this.balance = balanceMax;
  }

  /** Something was tried for the first time. */
  public void earn() {
    balance = Math.min(balanceMax, balance + percent);
  }

  /** Whether something may be tried again, which is paid for then. */
  public boolean spend() {
    if (balance < COST) {
      return false;
    }
    balance -= COST;
    return true;
  }
}
