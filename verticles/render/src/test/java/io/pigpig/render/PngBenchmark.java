package io.pigpig.render;

import io.pigpig.render.png.PngEncoder;
import io.pigpig.runtime.Ticker;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * How long does one 600 pixel preview take to draw and to encode, and how much faster than
 * ImageIO's default is our encoder? Arguments: the design's JSON file, and optionally where to
 * write the PNG.
 */
final class PngBenchmark {

  private static final int WIDTH = 600;
  private static final int ROUNDS = 300;

  private PngBenchmark() {}

  interface Work {
    byte[] run() throws IOException;
  }

  public static void main(String[] args) throws IOException {
    BundledFonts fonts = new BundledFonts();
    Design design = new DesignReader(fonts).read(Files.readAllBytes(Path.of(args[0])));
    ShirtPainter painter = new ShirtPainter(fonts);
    BufferedImage image = painter.draw(design, WIDTH, () -> {});
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    try (PngEncoder encoder = new PngEncoder()) {
      byte[] ours = encoder.encode(pixels, WIDTH);
      report("PngEncoder", () -> encoder.encode(pixels, WIDTH));
      report("ImageIO", () -> imageIo(image));
      report(
          "draw",
          () -> {
            painter.draw(design, WIDTH, () -> {});
            return ours;
          });
      if (args.length > 1) {
        Files.write(Path.of(args[1]), ours);
      }
    }
  }

  private static void report(String name, Work work) throws IOException {
    int bytes = 0;
    for (int i = 0; i < ROUNDS; i++) {
      bytes = work.run().length;
    }
    long[] nanos = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = Ticker.system().nanos();
      bytes = work.run().length;
      nanos[i] = Ticker.system().nanos() - start;
    }
    java.util.Arrays.sort(nanos);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%-10s median %.2f ms, p90 %.2f ms, %d bytes",
            name,
            nanos[ROUNDS / 2] / 1e6,
            nanos[ROUNDS * 9 / 10] / 1e6,
            bytes));
  }

  private static byte[] imageIo(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, "png", out)) {
      throw new IOException("no PNG writer");
    }
    return out.toByteArray();
  }
}
