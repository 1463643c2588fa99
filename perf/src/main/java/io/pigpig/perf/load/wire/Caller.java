package io.pigpig.perf.load.wire;

/** Makes calls of one protocol over one HTTP/2 connection. */
interface Caller {

  /** Sends the call's request, and ends the call when its answer is there or will never be. */
  void send(Call call);
}
