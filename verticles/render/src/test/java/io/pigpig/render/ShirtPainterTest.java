package io.pigpig.render;

import static io.pigpig.render.Bodies.at;
import static io.pigpig.render.Bodies.design;
import static io.pigpig.render.Bodies.image;
import static io.pigpig.render.Bodies.picture;
import static io.pigpig.render.Bodies.text;
import static io.pigpig.render.Bodies.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShirtPainterTest {

  private static final int WIDTH = 601;
  private static final BundledFonts FONTS = new BundledFonts();

  private final DesignReader reader = new DesignReader(FONTS);
  private final ShirtPainter painter = new ShirtPainter(FONTS);

  @ParameterizedTest
  @EnumSource(Template.class)
  void printAreaLiesOnTheClothAndLayersLargerThanItStayInside(Template template) {
    assertThat(Garment.of(template).cloth().contains(Garment.PRINT_AREA)).isTrue();
    String layers =
        text("猪猪侠 PigPig 超级大", at(500, 600, 1000, 33))
            + ","
            + image(picture(40, 60, "png"), at(0, 0, 1000, -20))
            + ","
            + text("角落", at(1000, 1200, 900, 180));
    Rectangle ink = ink(template, layers);
    assertThat(ShirtPainter.printPixels(WIDTH).contains(ink)).as("ink %s", ink).isTrue();
    assertThat(ink.width * ink.height).isGreaterThan(10_000);
  }

  @Test
  void chineseTextIsUprightAndCentredWhereItWasPut() {
    Rectangle ink = ink(Template.TEE_CLASSIC, text("校园活动", at(500, 600, 150, 0)));
    Rectangle area = ShirtPainter.printPixels(WIDTH);
    assertThat(ink.width).isGreaterThan(3 * ink.height);
    assertThat(ink.getCenterX()).isBetween(area.getCenterX() - 4, area.getCenterX() + 4);
    assertThat(ink.getCenterY()).isBetween(area.getCenterY() - 6, area.getCenterY() + 6);
  }

  @Test
  void hoodAndBodyOverlapWithoutAHole() {
    assertThat(Garment.of(Template.HOODIE).cloth().contains(745, 230)).isTrue();
    assertThat(Garment.of(Template.HOODIE).cloth().contains(455, 230)).isTrue();
  }

  @Test
  void aQuarterTurnSwapsWidthAndHeight() {
    Rectangle flat = ink(Template.TANK, text("PigPig", at(500, 600, 150, 0)));
    Rectangle turned = ink(Template.TANK, text("PigPig", at(500, 600, 150, 90)));
    assertThat(turned.width).isBetween(flat.height - 2, flat.height + 2);
    assertThat(turned.height).isBetween(flat.width - 2, flat.width + 2);
  }

  @Test
  void textIsTheRightWayUp() {
    // An L has its long foot at the bottom and its stem at the left.
    Design design = reader.read(utf8(design(text("L", at(500, 600, 800, 0)))));
    BufferedImage drawn = draw(design);
    Rectangle ink = ink(Template.TEE_CLASSIC, text("L", at(500, 600, 800, 0)));
    int white = 0xffffff;
    assertThat(rgb(drawn, ink.x + 6, ink.y + 6)).isEqualTo(white);
    assertThat(rgb(drawn, ink.x + ink.width - 6, ink.y + ink.height - 6)).isEqualTo(white);
    assertThat(rgb(drawn, ink.x + ink.width - 6, ink.y + 6)).isNotEqualTo(white);
  }

  @Test
  void laterLayersCoverEarlierOnes() {
    String below = image(picture(9, 9, "png"), at(500, 600, 600, 0));
    String above = image(picture(9, 9, "jpeg"), at(500, 600, 600, 0));
    Design one = reader.read(utf8(design(above)));
    Design both = reader.read(utf8(design(below + "," + above)));
    Rectangle area = ShirtPainter.printPixels(WIDTH);
    int x = (int) area.getCenterX();
    int y = (int) area.getCenterY();
    assertThat(rgb(draw(both), x, y)).isEqualTo(rgb(draw(one), x, y));
  }

  private Rectangle ink(Template template, String layers) {
    String body = design(layers).replace("tee-classic", template.id());
    Design design = reader.read(utf8(body));
    BufferedImage with = draw(design);
    BufferedImage blank = draw(new Design(template, design.garmentRgb(), java.util.List.of()));
    Rectangle ink = new Rectangle(0, 0, -1, -1);
    for (int y = 0; y < with.getHeight(); y++) {
      for (int x = 0; x < with.getWidth(); x++) {
        if (with.getRGB(x, y) != blank.getRGB(x, y)) {
          ink.add(new Rectangle(x, y, 1, 1));
        }
      }
    }
    return ink;
  }

  private BufferedImage draw(Design design) {
    return painter.draw(design, WIDTH, () -> {});
  }

  private static int rgb(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xffffff;
  }
}
