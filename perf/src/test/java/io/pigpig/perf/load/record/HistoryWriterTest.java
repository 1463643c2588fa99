package io.pigpig.perf.load.record;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.perf.load.HistoryFile.Header;
import io.pigpig.perf.load.HistoryFile.Outcome;
import io.pigpig.perf.load.OrderKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HistoryWriterTest {

  private static final Path FILE = Path.of("orders.history");
  private static final Header HEADER =
      new Header(new OrderKeys(1_700_000_000, "r"), List.of("TEE-1"));

  /** A disk that does with each write what a test wants. */
  @FunctionalInterface
  private interface Disk extends WritableByteChannel {
    @Override
    int write(ByteBuffer bytes) throws IOException;

    @Override
    default boolean isOpen() {
      return true;
    }

    @Override
    default void close() {}
  }

  @Test
  void aDiskThatIsTooSlowFailsTheRunInsteadOfFillingTheMemory() throws Exception {
    CountDownLatch testOver = new CountDownLatch(1);
    Disk slow = bytes -> waitFor(testOver, bytes);
    try {
      HistoryWriter writer = HistoryWriter.begin(FILE, slow, HEADER);
      for (int n = 1; n < 500_000; n++) {
        writer.append(n, Outcome.ACCEPTED, null);
      }
      assertThatThrownBy(writer::flush)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has holes")
          .hasMessageContaining("the disk of orders.history is too slow");
    } finally {
      testOver.countDown();
    }
  }

  private static int waitFor(CountDownLatch end, ByteBuffer bytes) throws IOException {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
    int all = bytes.remaining();
    bytes.position(bytes.limit());
    return all;
  }

  @Test
  void aDiskThatBreaksFailsTheRunWithItsReason() throws Exception {
    Disk full =
        bytes -> {
          throw new IOException("no space left");
        };
    HistoryWriter writer = HistoryWriter.begin(FILE, full, HEADER);
    writer.append(1, Outcome.ACCEPTED, null);
    assertThatThrownBy(writer::close).hasMessageContaining("no space left");
  }
}
