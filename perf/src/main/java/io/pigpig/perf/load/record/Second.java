package io.pigpig.perf.load.record;

import io.pigpig.perf.load.LoadResult.Interval;

/**
 * What happened within one second of a run. Filled by the event loop; once it is closed nobody
 * writes to it any more and another thread may read it.
 */
public final class Second {

  private final int index;
  private final Counts accepted = new Counts();
  private final Counts refused = new Counts();
  private final Counts failed = new Counts();
  private final Latencies acceptedLatencies = new Latencies();
  private final Latencies refusedLatencies = new Latencies();
  private final Latencies lateness = new Latencies();
  private long offered;
  private long retried;

  Second(int index) {
    this.index = index;
  }

  public void offered(int orders) {
    offered += orders;
  }

  public void retried(int orders) {
    retried += orders;
  }

  /** An order, or a question, of a share of the mix. */
  public void accepted(String share, long latencyNanos) {
    accepted.add(share, 1);
    acceptedLatencies.record(latencyNanos);
  }

  public void refused(String code, long latencyNanos) {
    refused.add(code, 1);
    refusedLatencies.record(latencyNanos);
  }

  public void failed(Failure reason, int orders) {
    failed.add(reason.name(), orders);
  }

  /** So long after its intended time a request was sent, or began to wait for a connection. */
  public void late(long nanos) {
    lateness.record(nanos);
  }

  Latencies acceptedLatencies() {
    return acceptedLatencies;
  }

  Latencies refusedLatencies() {
    return refusedLatencies;
  }

  Latencies lateness() {
    return lateness;
  }

  Interval interval() {
    return new Interval(
        index,
        offered,
        accepted.toMap(),
        refused.toMap(),
        failed.toMap(),
        retried,
        acceptedLatencies.summary(),
        refusedLatencies.summary(),
        lateness.summary());
  }
}
