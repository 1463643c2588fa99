package io.pigpig.render;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A PNG or JPEG as a customer sent it, its dimensions known from the header alone. Immutable; safe
 * from any thread.
 *
 * <p>Small files that grow are refused before anything is unpacked: more than {@value #SIDE_MAX}
 * pixels a side, and more than {@value #SCANS_MAX} scans in a JPEG, each of which walks the whole
 * picture. Of a PNG only the chunks that make pixels reach the decoder, because it would inflate
 * compressed text and colour profiles without a limit.
 */
final class ImageFile {

  static final int BYTES_MAX = 1 << 20;
  static final int SIDE_MAX = 2048;
  static final int SCANS_MAX = 64;

  private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int PNG_HEAD_BYTES = 8;
  private static final int CHUNK_OVERHEAD_BYTES = 12;

  private final byte[] bytes;
  private final String format;
  private final int widthPixels;
  private final int heightPixels;

  /** Reads the header; throws {@link IllegalArgumentException} saying what is wrong with it. */
  ImageFile(byte[] sent) {
    if (sent.length > BYTES_MAX) {
      throw new IllegalArgumentException("has " + sent.length + " bytes, at most " + BYTES_MAX);
    }
    bytes = sent.clone();
    format = formatOf(bytes);
    try (ImageInputStream in = open()) {
      ImageReader reader = reader(in);
      try {
        widthPixels = reader.getWidth(0);
        heightPixels = reader.getHeight(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("has a damaged header", e);
    }
    if (widthPixels > SIDE_MAX || heightPixels > SIDE_MAX) {
      throw new IllegalArgumentException(
          "is " + widthPixels + "x" + heightPixels + " pixels, at most " + SIDE_MAX + " a side");
    }
  }

  long pixels() {
    return (long) widthPixels * heightPixels;
  }

  String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Unpacks the picture; throws {@link IllegalArgumentException} when it is damaged. */
  BufferedImage decode() {
    try (ImageInputStream in = open()) {
      ImageReader reader = reader(in);
      try {
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("cannot be decoded as " + format, e);
    }
  }

  private ImageInputStream open() throws IOException {
    byte[] safe = format.equals("png") ? pixelChunks(bytes) : bytes;
    return new MemoryCacheImageInputStream(new ByteArrayInputStream(safe));
  }

  private ImageReader reader(ImageInputStream in) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw new IOException("this JDK reads no " + format);
    }
    ImageReader reader = readers.next();
    reader.setInput(in, true, true);
    return reader;
  }

  private static String formatOf(byte[] bytes) {
    if (bytes.length > PNG_HEAD_BYTES && longAt(bytes) == PNG_SIGNATURE) {
      return "png";
    }
    if (bytes.length < 4 || (bytes[0] & 0xff) != 0xff || (bytes[1] & 0xff) != 0xd8) {
      throw new IllegalArgumentException("is neither PNG nor JPEG");
    }
    int scans = 0;
    for (int i = 2; i < bytes.length - 1; i++) {
      if ((bytes[i] & 0xff) == 0xff && (bytes[i + 1] & 0xff) == 0xda) {
        scans++;
      }
    }
    if (scans > SCANS_MAX) {
      throw new IllegalArgumentException("has " + scans + " JPEG scans, at most " + SCANS_MAX);
    }
    return "jpeg";
  }

  private static byte[] pixelChunks(byte[] png) throws IOException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(png.length);
    kept.write(png, 0, PNG_HEAD_BYTES);
    int at = PNG_HEAD_BYTES;
    while (at + CHUNK_OVERHEAD_BYTES <= png.length) {
      int length = intAt(png, at);
      if (length < 0 || length > png.length - at - CHUNK_OVERHEAD_BYTES) {
        throw new IOException("a chunk is longer than the file");
      }
      int size = length + CHUNK_OVERHEAD_BYTES;
      switch (intAt(png, at + 4)) {
        case 0x49484452, 0x504C5445, 0x74524E53, 0x49444154, 0x49454E44 ->
            kept.write(png, at, size);
        default -> {}
      }
      at += size;
    }
    return kept.toByteArray();
  }

  private static long longAt(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong(0);
  }

  private static int intAt(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).getInt(at);
  }
}
