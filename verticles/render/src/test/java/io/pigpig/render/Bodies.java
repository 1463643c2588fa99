package io.pigpig.render;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Bodies of POST /designs that tests send. */
final class Bodies {

  private Bodies() {}

  static String design(String layers) {
    return "{\"template\":\"tee-classic\",\"garmentColor\":\"#1F4E8C\",\"layers\":["
        + layers
        + "]}";
  }

  static String text(String text, String numbers) {
    return "{\"text\":\""
        + text
        + "\",\"font\":\"sans-bold\",\"color\":\"#FFFFFF\","
        + numbers
        + "}";
  }

  static String image(byte[] file, String numbers) {
    return "{\"image\":\"" + Base64.getEncoder().encodeToString(file) + "\"," + numbers + "}";
  }

  static String at(int x, int y, int size, int rotation) {
    return "\"x\":" + x + ",\"y\":" + y + ",\"size\":" + size + ",\"rotation\":" + rotation;
  }

  static byte[] picture(int width, int height, String format) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 0xff0000 | (x * 7 % 256) << 8 | (y * 5 % 256));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("no writer of " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] utf8(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
