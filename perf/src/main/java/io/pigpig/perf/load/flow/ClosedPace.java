package io.pigpig.perf.load.flow;

/** A request begins whenever a connection has room for it, for as long as the run takes. */
final class ClosedPace implements Pace {

  private final Loop loop;
  private final Flow flow;
  private final long endNanos;
  private boolean stopped;

  ClosedPace(Loop loop, Flow flow, long endNanos) {
    this.loop = loop;
    this.flow = flow;
    this.endNanos = endNanos;
  }

  @Override
  public void pump() {
    if (!isOver()) {
      flow.fill();
    }
  }

  @Override
  public long nextNanos(long latestNanos) {
    return latestNanos;
  }

  @Override
  public boolean isOver() {
    return stopped || loop.nanos() - endNanos >= 0;
  }

  @Override
  public void stop() {
    stopped = true;
  }
}
