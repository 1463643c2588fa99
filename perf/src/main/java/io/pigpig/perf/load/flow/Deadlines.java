package io.pigpig.perf.load.flow;

import org.jspecify.annotations.Nullable;

/**
 * Every request that has not ended, in order of intended time and so of deadline. Linked through
 * the requests themselves: joining and leaving are cheap and allocate nothing.
 */
final class Deadlines {

  private @Nullable Request first;
  private @Nullable Request last;

  /** {@code request} is intended no earlier than those that are here. */
  void add(Request request) {
    request.earlier = last;
    request.later = null;
    if (last == null) {
      first = request;
    } else {
      last.later = request;
    }
    last = request;
  }

  @Nullable Request first() {
    return first;
  }

  void remove(Request request) {
    if (request.earlier == null) {
      first = request.later;
    } else {
      request.earlier.later = request.later;
    }
    if (request.later == null) {
      last = request.earlier;
    } else {
      request.later.earlier = request.earlier;
    }
    request.earlier = null;
    request.later = null;
  }
}
