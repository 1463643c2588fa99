package io.pigpig.render;

import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Path2D;
import java.util.StringTokenizer;

/**
 * Shapes written as absolute SVG path data of the commands M, L, Q, C and Z, each letter and number
 * set off by blanks; and their mirror image about the garment's centre line. Stateless.
 */
final class SvgPath {

  private SvgPath() {}

  static Path2D open(String data) {
    Path2D path = new Path2D.Double();
    StringTokenizer in = new StringTokenizer(data);
    while (in.hasMoreTokens()) {
      String command = in.nextToken();
      switch (command) {
        case "M" -> path.moveTo(next(in), next(in));
        case "L" -> path.lineTo(next(in), next(in));
        case "Q" -> path.quadTo(next(in), next(in), next(in), next(in));
        case "C" -> path.curveTo(next(in), next(in), next(in), next(in), next(in), next(in));
        case "Z" -> path.closePath();
        default -> throw new IllegalArgumentException("path command " + command + " in " + data);
      }
    }
    return path;
  }

  /** The half right of the centre line together with its mirror image. */
  static Area mirroredArea(String rightHalf, double centreX) {
    Path2D half = open(rightHalf);
    Area whole = new Area(half);
    whole.add(new Area(half.createTransformedShape(mirror(centreX))));
    return whole;
  }

  /** Both lines, unfilled. */
  static Path2D mirroredLines(String rightHalf, double centreX) {
    Path2D lines = open(rightHalf);
    lines.append(lines.createTransformedShape(mirror(centreX)), false);
    return lines;
  }

  private static AffineTransform mirror(double centreX) {
    return new AffineTransform(-1, 0, 0, 1, 2 * centreX, 0);
  }

  private static double next(StringTokenizer in) {
    return Double.parseDouble(in.nextToken());
  }
}
