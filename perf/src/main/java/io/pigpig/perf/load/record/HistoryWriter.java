package io.pigpig.perf.load.record;

import io.pigpig.perf.load.HistoryFile;
import io.pigpig.perf.load.HistoryFile.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link HistoryFile} on a thread of its own, chunk by chunk.
 *
 * <p>{@value #CHUNKS_MAX} chunks may wait, some 300 000 orders; a disk that is slower fails the
 * run.
 */
public final class HistoryWriter implements OrderHistory {

  private static final int CHUNK_RECORDS = 2_600;
  private static final int CHUNKS_MAX = 128;
  private static final int CLOSE_SECONDS = 30;

  /** What no chunk is: empty. */
  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final Path file;
  private final WritableByteChannel channel;
  private final ArrayBlockingQueue<ByteBuffer> chunks = new ArrayBlockingQueue<>(CHUNKS_MAX);
  private final Thread thread;
  private ByteBuffer current = chunk();
  private volatile @Nullable IOException failure;

  private HistoryWriter(Path file, WritableByteChannel channel) {
    this.file = file;
    this.channel = channel;
    this.thread = Thread.ofPlatform().name("history").daemon().unstarted(this::write);
  }

  /** Begins a new file. Throws IOException when there is one already, or none can be made. */
  public static HistoryWriter create(Path file, HistoryFile.Header header) throws IOException {
    return begin(
        file,
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        header);
  }

  /**
   * @param file what {@code channel} is called
   */
  static HistoryWriter begin(Path file, WritableByteChannel channel, HistoryFile.Header header)
      throws IOException {
    HistoryWriter writer = new HistoryWriter(file, channel);
    writer.chunks.add(header.encode());
    writer.thread.start();
    return writer;
  }

  private static ByteBuffer chunk() {
    return ByteBuffer.allocate(CHUNK_RECORDS * HistoryFile.RECORD_BYTES);
  }

  @Override
  public void append(long number, Outcome outcome, @Nullable UUID orderId) {
    HistoryFile.put(current, number, outcome, orderId);
    if (!current.hasRemaining()) {
      handOver();
    }
  }

  private void handOver() {
    // A disk that broke has said why already.
    if (!chunks.offer(current.flip()) && failure == null) {
      failure = new IOException(CHUNKS_MAX + " chunks wait: the disk of " + file + " is too slow");
    }
    current = chunk();
  }

  @Override
  public void flush() {
    if (current.position() > 0) {
      handOver();
    }
    IOException broken = failure;
    if (broken != null) {
      throw new IllegalStateException("the history has holes: " + broken.getMessage(), broken);
    }
  }

  private void write() {
    try (channel) {
      for (ByteBuffer chunk = chunks.take(); chunk.hasRemaining(); chunk = chunks.take()) {
        while (chunk.hasRemaining()) {
          channel.write(chunk);
        }
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      failure = new IOException("interrupted while writing " + file, e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      flush();
      boolean ending = chunks.offer(END, CLOSE_SECONDS, TimeUnit.SECONDS);
      if (!ending || !thread.join(Duration.ofSeconds(CLOSE_SECONDS))) {
        throw new IOException("the history is not written after " + CLOSE_SECONDS + " s: " + file);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while ending " + file, e);
    }
    IOException broken = failure;
    if (broken != null) {
      throw broken;
    }
  }
}
