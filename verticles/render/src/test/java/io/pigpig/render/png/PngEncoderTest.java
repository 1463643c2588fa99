package io.pigpig.render.png;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The JDK's decoder is the judge of what we write. */
class PngEncoderTest {

  @Test
  void everyPixelComesBackOnBothSidesOfThePaletteLimit() throws IOException {
    try (PngEncoder encoder = new PngEncoder()) {
      for (int colours : new int[] {1, 2, 255, 256, 257, 5000}) {
        int[] pixels = new int[100 * 70];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (i % colours) * 0x010305 & 0xffffff;
        }
        byte[] png = encoder.encode(pixels, 100);
        assertThat(png[25])
            .as("colour type of %s colours", colours)
            .isEqualTo((byte) (colours <= 256 ? 3 : 2));
        assertThat(decoded(png)).as("%s colours", colours).isEqualTo(pixels);
      }
    }
  }

  @Test
  void randomImagesOfRandomSizesComeBackFromOneReusedEncoder() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (PngEncoder encoder = new PngEncoder()) {
      for (int round = 0; round < 60; round++) {
        int width = 1 + random.nextInt(90);
        int[] pixels = new int[width * (1 + random.nextInt(90))];
        int bits = 1 + random.nextInt(24);
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = random.nextInt(1 << bits);
        }
        assertThat(decoded(encoder.encode(pixels, width))).as("seed %s", seed).isEqualTo(pixels);
      }
    }
  }

  @Test
  void pixelsThatFillNoWholeRowAreRefused() {
    try (PngEncoder encoder = new PngEncoder()) {
      assertThatThrownBy(() -> encoder.encode(new int[7], 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("7 pixels");
    }
  }

  private static int[] decoded(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    int width = image.getWidth();
    int[] argb = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    for (int i = 0; i < argb.length; i++) {
      argb[i] &= 0xffffff;
    }
    return argb;
  }
}
