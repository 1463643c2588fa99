package io.pigpig.perf.load.flow;

/** Hears of the end of each attempt, and of room for another one. */
interface Answers {

  void answered(Request request);

  void lost(Request request);

  void freed();
}
