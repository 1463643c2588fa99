package io.pigpig.perf.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What customers were told of each order of a run, as the generator wrote it down.
 *
 * <p>The file is a header (magic, start second, run, SKUs), then {@value #RECORD_BYTES} bytes an
 * order in the order in which they ended: number (8 bytes), outcome (1), order id (16, zero where
 * there is none), all big-endian. An order has one record; it has another when it was sent again
 * after it was accepted and the answer named another order, or none.
 */
public final class HistoryFile {

  public static final int RECORD_BYTES = Long.BYTES + 1 + 2 * Long.BYTES;

  private static final int MAGIC = 0x50504831;
  private static final int BUFFER_BYTES = 1 << 16;

  /** What the one who placed an order knows of it. */
  public enum Outcome {
    /** It was acknowledged. */
    ACCEPTED('a'),
    /** It was said that it was not placed. */
    REFUSED('r'),
    /** There was no answer, or one that leaves open what happened. */
    UNKNOWN('u');

    private final byte code;

    Outcome(char code) {
      this.code = (byte) code;
    }

    private static Outcome of(byte code) {
      for (Outcome outcome : values()) {
        if (outcome.code == code) {
          return outcome;
        }
      }
      throw new IllegalArgumentException("outcome must be a, r or u, not " + code);
    }
  }

  /**
   * An order.
   *
   * @param number in its key
   * @param sku of which one unit was asked for
   * @param orderId that an acceptance named; null where there was none
   */
  public record Entry(long number, String sku, Outcome outcome, @Nullable UUID orderId) {}

  /** What all orders of a run have in common: number n asks for SKU (n - 1) modulo their number. */
  public record Header(OrderKeys keys, List<String> skus) {
    public Header {
      skus = List.copyOf(skus);
    }

    /** As the file begins. */
    public ByteBuffer encode() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(MAGIC);
      out.writeLong(keys.startSecond());
      out.writeUTF(keys.run());
      out.writeInt(skus.size());
      for (String sku : skus) {
        out.writeUTF(sku);
      }
      return ByteBuffer.wrap(bytes.toByteArray());
    }

    private static Header decode(DataInputStream in) throws IOException {
      if (in.readInt() != MAGIC) {
        throw new IOException("not a history of orders");
      }
      OrderKeys keys = new OrderKeys(in.readLong(), in.readUTF());
      int count = in.readInt();
      List<String> skus = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        skus.add(in.readUTF());
      }
      return new Header(keys, skus);
    }

    private Entry entry(ByteBuffer record) {
      long number = record.getLong();
      Outcome outcome = Outcome.of(record.get());
      UUID id = new UUID(record.getLong(), record.getLong());
      boolean named = id.getMostSignificantBits() != 0;
      return new Entry(
          number, skus.get((int) ((number - 1) % skus.size())), outcome, named ? id : null);
    }
  }

  private HistoryFile() {}

  /** One order into a buffer with room for {@value #RECORD_BYTES} bytes. */
  public static void put(ByteBuffer buffer, long number, Outcome outcome, @Nullable UUID orderId) {
    buffer.putLong(number).put(outcome.code);
    buffer.putLong(orderId == null ? 0 : orderId.getMostSignificantBits());
    buffer.putLong(orderId == null ? 0 : orderId.getLeastSignificantBits());
  }

  /** What a file begins with. Throws IOException when it is no history. */
  public static Header header(Path file) throws IOException {
    try (DataInputStream in = open(file)) {
      return Header.decode(in);
    }
  }

  private static DataInputStream open(Path file) throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
  }

  /**
   * Every order of a file, one after the other. Throws IOException when it is no history, or ends
   * within an order because its writer was killed.
   */
  public static void read(Path file, Consumer<Entry> each) throws IOException {
    try (DataInputStream in = open(file)) {
      Header header = Header.decode(in);
      byte[] record = new byte[RECORD_BYTES];
      int read = in.readNBytes(record, 0, RECORD_BYTES);
      while (read == RECORD_BYTES) {
        each.accept(header.entry(ByteBuffer.wrap(record)));
        read = in.readNBytes(record, 0, RECORD_BYTES);
      }
      if (read != 0) {
        throw new IOException(file + " ends within an order, after " + read + " bytes of it");
      }
    }
  }
}
