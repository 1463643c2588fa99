package io.pigpig.render.png;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes opaque pixels as PNG: a palette of one byte a pixel when there are at most 256 colours,
 * else three bytes a pixel. Lossless either way.
 *
 * <p>Owner: one thread at a time; deflater and buffers are reused from image to image and grow to
 * the largest image seen (width x height x 3 bytes twice). Previews are flat, so palette rows go
 * unfiltered (equal bytes repeat) and truecolour rows take the difference to the row above (filter
 * 2, Up), which is zero nearly everywhere; {@link Deflater#BEST_SPEED} is then bound by memory.
 *
 * <p>Format: PNG (Third Edition), W3C, chapters 5, 9 and 11.
 */
public final class PngEncoder implements AutoCloseable {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int COLOURS_MAX = 256;
  private static final int SLOTS = 1024;
  private static final int CHUNK_OVERHEAD_BYTES = 12;
  private static final int INDEXED = 3;
  private static final int TRUECOLOUR = 2;
  private static final byte FILTER_UP = 2;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final CRC32 crc = new CRC32();
  private final int[] slotColour = new int[SLOTS];
  private final int[] slotIndex = new int[SLOTS];
  private final int[] palette = new int[COLOURS_MAX];
  private byte[] raw = new byte[0];
  private byte[] packed = new byte[0];
  private int colours;

  /**
   * The PNG of {@code rgb}, rows from top to bottom, {@code 0xRRGGBB} each; the top byte is
   * ignored.
   *
   * @throws IllegalArgumentException when the pixels do not fill whole rows
   */
  public byte[] encode(int[] rgb, int widthPixels) {
    if (widthPixels < 1 || rgb.length == 0 || rgb.length % widthPixels != 0) {
      throw new IllegalArgumentException(rgb.length + " pixels are no rows of " + widthPixels);
    }
    int rawBytes = indexed(rgb, widthPixels);
    boolean hasPalette = rawBytes > 0;
    if (!hasPalette) {
      rawBytes = truecolour(rgb, widthPixels);
    }
    int packedBytes = deflate(rawBytes);
    int paletteBytes = hasPalette ? CHUNK_OVERHEAD_BYTES + 3 * colours : 0;
    ByteBuffer out =
        ByteBuffer.allocate(
            SIGNATURE.length + 3 * CHUNK_OVERHEAD_BYTES + 13 + paletteBytes + packedBytes);
    out.put(SIGNATURE);
    header(out, widthPixels, rgb.length / widthPixels, hasPalette ? INDEXED : TRUECOLOUR);
    if (hasPalette) {
      palette(out);
    }
    int start = begin(out, "IDAT", packedBytes);
    out.put(packed, 0, packedBytes);
    end(out, start);
    end(out, begin(out, "IEND", 0));
    return out.array();
  }

  @Override
  public void close() {
    deflater.end();
  }

  /** Fills {@link #raw} with palette rows and answers their bytes, 0 when colours are too many. */
  private int indexed(int[] rgb, int width) {
    Arrays.fill(slotIndex, -1);
    colours = 0;
    raw = atLeast(raw, rgb.length + rgb.length / width);
    int at = 0;
    int last = ~rgb[0];
    int lastIndex = 0;
    for (int from = 0; from < rgb.length; from += width) {
      raw[at++] = 0;
      for (int i = from; i < from + width; i++) {
        int colour = rgb[i] & 0xffffff;
        if (colour != last) {
          lastIndex = indexOf(colour);
          last = colour;
          if (lastIndex < 0) {
            return 0;
          }
        }
        raw[at++] = (byte) lastIndex;
      }
    }
    return at;
  }

  /** Open addressing, at most a quarter full: the palette index of a colour, -1 when it is full. */
  private int indexOf(int colour) {
    int slot = (colour * 0x9E3779B1) >>> 22;
    while (slotIndex[slot] >= 0 && slotColour[slot] != colour) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (slotIndex[slot] < 0) {
      if (colours == COLOURS_MAX) {
        return -1;
      }
      slotColour[slot] = colour;
      slotIndex[slot] = colours;
      palette[colours++] = colour;
    }
    return slotIndex[slot];
  }

  private int truecolour(int[] rgb, int width) {
    raw = atLeast(raw, rgb.length * 3 + rgb.length / width);
    int at = 0;
    for (int from = 0; from < rgb.length; from += width) {
      raw[at++] = FILTER_UP;
      for (int i = from; i < from + width; i++) {
        int colour = rgb[i];
        int above = from == 0 ? 0 : rgb[i - width];
        raw[at++] = (byte) ((colour >> 16) - (above >> 16));
        raw[at++] = (byte) ((colour >> 8) - (above >> 8));
        raw[at++] = (byte) (colour - above);
      }
    }
    return at;
  }

  private int deflate(int rawBytes) {
    deflater.reset();
    deflater.setInput(raw, 0, rawBytes);
    deflater.finish();
    packed = atLeast(packed, rawBytes / 4 + 1024);
    int size = 0;
    while (!deflater.finished()) {
      if (size == packed.length) {
        packed = Arrays.copyOf(packed, 2 * packed.length);
      }
      size += deflater.deflate(packed, size, packed.length - size);
    }
    return size;
  }

  private void header(ByteBuffer out, int width, int height, int colourType) {
    int start = begin(out, "IHDR", 13);
    out.putInt(width).putInt(height).put((byte) 8).put((byte) colourType);
    out.put((byte) 0).put((byte) 0).put((byte) 0);
    end(out, start);
  }

  private void palette(ByteBuffer out) {
    int start = begin(out, "PLTE", 3 * colours);
    for (int i = 0; i < colours; i++) {
      int colour = palette[i];
      out.put((byte) (colour >> 16)).put((byte) (colour >> 8)).put((byte) colour);
    }
    end(out, start);
  }

  private static int begin(ByteBuffer out, String type, int bytes) {
    out.putInt(bytes);
    int start = out.position();
    out.put(type.getBytes(StandardCharsets.US_ASCII));
    return start;
  }

  private void end(ByteBuffer out, int start) {
    crc.reset();
    crc.update(out.duplicate().flip().position(start));
    out.putInt((int) crc.getValue());
  }

  private static byte[] atLeast(byte[] buffer, int bytes) {
    return buffer.length >= bytes ? buffer : new byte[bytes];
  }
}
