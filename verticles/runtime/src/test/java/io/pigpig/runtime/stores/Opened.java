package io.pigpig.runtime.stores;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a test has opened so far. Closed in reverse order, each whatever becomes of the others, so
 * that nothing is left running by a start that failed half way. One thread.
 */
public final class Opened {

  private final Deque<AutoCloseable> all = new ArrayDeque<>();

  /** Notes what is to be closed, and gives it back. */
  public <T extends AutoCloseable> T add(T resource) {
    all.push(resource);
    return resource;
  }

  /**
   * Closes everything.
   *
   * @throws Exception what went wrong first, with the rest suppressed in it
   */
  public void close() throws Exception {
    Exception first = null;
    while (!all.isEmpty()) {
      try {
        all.pop().close();
      } catch (Exception | AssertionError e) {
        if (first == null) {
          first = new IllegalStateException("not everything was closed", e);
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
