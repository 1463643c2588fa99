package io.pigpig.render;

/**
 * Where a layer's centre sits and how large and turned it is. The print area is 1000 units wide and
 * 1200 high, its origin top left, y downwards. All four are thousandths: of a unit for {@code x},
 * {@code y} and {@code size}, of a degree clockwise for {@code rotation}. Integers, so that one
 * place has one spelling.
 *
 * @param size the em of a text, the width of an image
 */
record Placement(int x, int y, int size, int rotation) {

  static final int AREA_WIDTH = 1000;
  static final int AREA_HEIGHT = 1200;
  static final int SIZE_MIN = 8;
  static final int SIZE_MAX = 1000;
  static final int ROTATION_MAX = 180;

  Placement {
    check("x", x, 0, AREA_WIDTH);
    check("y", y, 0, AREA_HEIGHT);
    check("size", size, SIZE_MIN, SIZE_MAX);
    check("rotation", rotation, -ROTATION_MAX, ROTATION_MAX);
  }

  private static void check(String name, int thousandths, int min, int max) {
    if (thousandths < min * 1000 || thousandths > max * 1000) {
      throw new IllegalArgumentException(
          name + " is " + thousandths / 1000.0 + ", must be " + min + " to " + max);
    }
  }
}
