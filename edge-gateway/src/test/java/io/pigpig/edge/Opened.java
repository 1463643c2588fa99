package io.pigpig.edge;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a test has opened. All of it is closed in the end, what came last first, each whatever
 * became of the others. Owned by one thread.
 */
public final class Opened implements AutoCloseable {

  private final Deque<AutoCloseable> all = new ArrayDeque<>();

  /** Takes it over. */
  public <T extends AutoCloseable> T add(T resource) {
    all.addFirst(resource);
    return resource;
  }

  /** Closes all of it; the first failure is thrown once that is done, with the others. */
  @Override
  public void close() {
    IllegalStateException failed = null;
    while (!all.isEmpty()) {
      failed = closed(all.removeFirst(), failed);
    }
    if (failed != null) {
      throw failed;
    }
  }

  private static @Nullable IllegalStateException closed(
      AutoCloseable resource, @Nullable IllegalStateException failed) {
    try {
      resource.close();
      return failed;
    } catch (Exception e) {
      IllegalStateException first =
          failed == null ? new IllegalStateException("not all was closed") : failed;
      first.addSuppressed(e);
      return first;
    }
  }
}
