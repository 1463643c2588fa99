package io.pigpig.perf.load.record;

import io.pigpig.perf.load.HistoryFile.Outcome;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the fate of each order goes. Owned by the event loop, which never waits for it. */
public interface OrderHistory extends AutoCloseable {

  /** A history that nobody reads. */
  static OrderHistory none() {
    return new OrderHistory() {
      @Override
      public void append(long number, Outcome outcome, @Nullable UUID orderId) {}

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  /**
   * Never waits and never throws: what it has no room for is lost, and {@link #flush} tells.
   *
   * @param orderId of an accepted order, else null
   */
  void append(long number, Outcome outcome, @Nullable UUID orderId);

  /**
   * What was appended goes on its way. Throws IllegalStateException when something was lost: a
   * history with holes proves nothing.
   */
  void flush();

  /** Returns when everything is written. Throws when it could not be. */
  @Override
  void close() throws IOException;
}
