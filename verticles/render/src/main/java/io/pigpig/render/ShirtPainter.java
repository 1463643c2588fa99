package io.pigpig.render;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.EnumMap;
import java.util.Map;

/**
 * Draws a design on its garment, on a plain ground, into opaque RGB. Immutable after construction;
 * safe from any thread, each call having an image of its own.
 *
 * <p>Layers are clipped to whole pixels inside the print area, so that not even a blended edge
 * leaves it. Text is filled from glyph outlines: at any angle it is as sharp as upright.
 */
final class ShirtPainter {

  private static final Color GROUND = new Color(0xf3f3f0);
  private static final double UNIT = Garment.PRINT_AREA.getWidth() / Placement.AREA_WIDTH;
  private static final float[] STOPS = {0f, 0.16f, 0.38f, 0.66f, 0.86f, 1f};
  private static final int DARK_BELOW = 70;

  private final BundledFonts fonts;
  private final Map<Template, Garment> garments = new EnumMap<>(Template.class);

  ShirtPainter(BundledFonts fonts) {
    this.fonts = fonts;
    for (Template template : Template.values()) {
      garments.put(template, Garment.of(template));
    }
  }

  static int heightPixels(int widthPixels) {
    return Math.round(widthPixels * (float) Garment.CANVAS_HEIGHT / Garment.CANVAS_WIDTH);
  }

  /** The pixels a layer may change in a preview of this width. */
  static Rectangle printPixels(int widthPixels) {
    double scale = scale(widthPixels);
    Rectangle2D area = Garment.PRINT_AREA;
    int left = (int) Math.ceil(area.getMinX() * scale);
    int top = (int) Math.ceil(area.getMinY() * scale);
    int right = (int) Math.floor(area.getMaxX() * scale);
    int bottom = (int) Math.floor(area.getMaxY() * scale);
    return new Rectangle(left, top, right - left, bottom - top);
  }

  /**
   * The preview. {@code checkpoint} is run before each layer and throws when the time is up.
   *
   * @throws IllegalArgumentException when a picture cannot be decoded
   */
  BufferedImage draw(Design design, int widthPixels, Runnable checkpoint) {
    BufferedImage image =
        new BufferedImage(widthPixels, heightPixels(widthPixels), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      hints(g);
      g.setColor(GROUND);
      g.fillRect(0, 0, image.getWidth(), image.getHeight());
      AffineTransform pixels = g.getTransform();
      g.scale(scale(widthPixels), scale(widthPixels));
      garment(g, design);
      AffineTransform canvas = g.getTransform();
      g.setTransform(pixels);
      g.clip(printPixels(widthPixels));
      for (Layer layer : design.layers()) {
        checkpoint.run();
        g.setTransform(canvas);
        g.translate(Garment.PRINT_AREA.getX(), Garment.PRINT_AREA.getY());
        g.scale(UNIT, UNIT);
        layer(g, layer);
      }
    } finally {
      g.dispose();
    }
    return image;
  }

  /**
   * The design alone on a transparent ground, the print area filling the image.
   *
   * @throws IllegalArgumentException when a picture cannot be decoded
   */
  BufferedImage drawPrint(Design design, int widthPixels, Runnable checkpoint) {
    double unit = (double) widthPixels / Placement.AREA_WIDTH;
    int height = (int) Math.round(unit * Placement.AREA_HEIGHT);
    BufferedImage image = new BufferedImage(widthPixels, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = image.createGraphics();
    try {
      hints(g);
      AffineTransform pixels = g.getTransform();
      for (Layer layer : design.layers()) {
        checkpoint.run();
        g.setTransform(pixels);
        g.scale(unit, unit);
        layer(g, layer);
      }
    } finally {
      g.dispose();
    }
    return image;
  }

  private static double scale(int widthPixels) {
    return (double) widthPixels / Garment.CANVAS_WIDTH;
  }

  private static void hints(Graphics2D g) {
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
  }

  private void garment(Graphics2D g, Design design) {
    Garment shape = garments.get(design.template());
    if (shape == null) {
      throw new IllegalArgumentException("no garment for " + design.template());
    }
    Color cloth = new Color(design.garmentRgb());
    // Black on black shows nothing: dark cloth is modelled with light instead of shade.
    int tone = luminance(cloth) < DARK_BELOW ? 255 : 0;
    g.setColor(cloth);
    g.fill(shape.inside());
    g.setColor(new Color(tone, tone, tone, 60));
    g.fill(shape.inside());
    g.setColor(cloth);
    Shape front = front(shape);
    g.fill(front);
    g.setColor(new Color(tone, tone, tone, 14));
    g.fill(shape.sleeves());
    g.setPaint(folds(tone));
    g.fill(front);
    g.setColor(new Color(tone, tone, tone, 70));
    g.setStroke(new BasicStroke(3f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.draw(shape.seams());
    g.setColor(new Color(tone == 0 ? 0 : 128, tone == 0 ? 0 : 128, tone == 0 ? 0 : 128, 90));
    g.setStroke(new BasicStroke(2f));
    g.draw(shape.cloth());
  }

  private static Shape front(Garment shape) {
    Area front = new Area(shape.cloth());
    front.subtract(new Area(shape.inside()));
    return front;
  }

  /** Shade that changes from side to side only: rows stay alike, which the PNG filter lives on. */
  private static LinearGradientPaint folds(int tone) {
    int[] alpha = {44, 30, 4, 0, 16, 44};
    Color[] colours = new Color[alpha.length];
    for (int i = 0; i < alpha.length; i++) {
      colours[i] = new Color(tone, tone, tone, tone == 0 ? alpha[i] : alpha[i] / 2);
    }
    return new LinearGradientPaint(140f, 0f, 1060f, 0f, STOPS, colours);
  }

  private static int luminance(Color c) {
    return (299 * c.getRed() + 587 * c.getGreen() + 114 * c.getBlue()) / 1000;
  }

  private void layer(Graphics2D g, Layer layer) {
    Placement at = layer.placement();
    g.translate(at.x() / 1000.0, at.y() / 1000.0);
    g.rotate(Math.toRadians(at.rotation() / 1000.0));
    double size = at.size() / 1000.0;
    switch (layer) {
      case Layer.Text text -> text(g, text, (float) size);
      case Layer.Image picture -> {
        BufferedImage image = picture.file().decode();
        double scale = size / image.getWidth();
        g.scale(scale, scale);
        g.translate(-image.getWidth() / 2.0, -image.getHeight() / 2.0);
        g.drawImage(image, 0, 0, null);
        image.flush();
      }
    }
  }

  /** Centred on its advance and on the middle between ascent and descent; one straight baseline. */
  private void text(Graphics2D g, Layer.Text text, float size) {
    TextLayout line =
        new TextLayout(
            text.text(),
            fonts.font(text.typeface()).deriveFont(size),
            new FontRenderContext(null, true, true));
    double baseline = (line.getAscent() - line.getDescent()) / 2.0;
    g.setColor(new Color(text.rgb()));
    g.fill(
        line.getOutline(AffineTransform.getTranslateInstance(-line.getAdvance() / 2.0, baseline)));
  }
}
