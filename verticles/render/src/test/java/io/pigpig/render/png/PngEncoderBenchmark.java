package io.pigpig.render.png;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A preview of 600 pixels as PNG, by our encoder and by ImageIO's of the JDK. */
@State(Scope.Thread)
public class PngEncoderBenchmark {

  private static final int WIDTH = 600;
  private static final int HEIGHT = 720;

  /** Flat colours, which fit a palette, and a gradient, which does not. */
  public enum Picture {
    FLAT,
    GRADIENT
  }

  @Param private Picture picture = Picture.FLAT;

  private final PngEncoder encoder = new PngEncoder();
  private final BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Setup
  public void draw() {
    Graphics2D canvas = image.createGraphics();
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    canvas.setColor(Color.WHITE);
    canvas.fillRect(0, 0, WIDTH, HEIGHT);
    if (picture == Picture.GRADIENT) {
      canvas.setPaint(new GradientPaint(0, 0, Color.ORANGE, WIDTH, HEIGHT, Color.BLUE));
    } else {
      canvas.setColor(Color.RED);
    }
    canvas.fillOval(100, 100, 400, 400);
    canvas.dispose();
  }

  @TearDown
  public void close() {
    encoder.close();
  }

  @Benchmark
  public byte[] ours() {
    return encoder.encode(((DataBufferInt) image.getRaster().getDataBuffer()).getData(), WIDTH);
  }

  @Benchmark
  public byte[] imageIo() throws IOException {
    out.reset();
    if (!ImageIO.write(image, "png", out)) {
      throw new IOException("no PNG writer");
    }
    return out.toByteArray();
  }
}
