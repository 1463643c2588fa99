package io.pigpig.runtime.faults;

/** The way bytes go through a {@link FaultProxy}. */
public enum Direction {
  /** Requests: from whoever connected to the proxy to the real server. */
  TO_SERVER,
  /** Answers: from the real server to whoever connected to the proxy. */
  TO_CLIENT
}
