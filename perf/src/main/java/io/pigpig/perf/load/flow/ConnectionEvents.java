package io.pigpig.perf.load.flow;

/** What a connection tells. */
public interface ConnectionEvents {

  /** Why a connection ended. */
  enum Ending {
    /**
     * As it was meant to: it has served its number of requests, or what it waited for came late.
     */
    PLANNED,
    /** The other side ended it, or it broke. */
    LOST
  }

  /** The items of a request say how it was answered. */
  void answered(Request request);

  /** A request will have no answer. */
  void lost(Request request);

  /** The connection may have room again. */
  void freed();

  /** The connection is gone, and every request it had was told of before. */
  void ended(Ending ending);
}
