package io.pigpig.render;

import static io.pigpig.render.Bodies.at;
import static io.pigpig.render.Bodies.design;
import static io.pigpig.render.Bodies.image;
import static io.pigpig.render.Bodies.picture;
import static io.pigpig.render.Bodies.text;
import static io.pigpig.render.Bodies.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DesignReaderTest {

  private static final BundledFonts FONTS = new BundledFonts();
  private static final String MIDDLE = at(500, 600, 100, 0);

  private final DesignReader reader = new DesignReader(FONTS);

  @Test
  void sameContentHasOneIdHoweverItIsSpelt() {
    String one = design(text("Hi", "\"x\":500,\"y\":600.5,\"size\":100,\"rotation\":-0"));
    String other =
        "{ \"layers\" : [ {\"rotation\":0.000,\"size\":1e2, \"y\":6005e-1,\"x\":5.0E2,"
            + "\"color\":\"#ffffff\",\"font\":\"sans-bold\",\"text\":\"\\u0048i\"} ],\n"
            + "\"garmentColor\":\"#1f4e8c\", \"template\":\"tee-classic\"}";

    assertThat(id(one)).isEqualTo(id(other)).matches("[0-9a-f]{64}");
    assertThat(id(design(text("Ho", MIDDLE)))).isNotEqualTo(id(design(text("Hi", MIDDLE))));
  }

  @Test
  void canonicalFormReadsBackToItself() {
    String layers = text("你好, PigPig é", MIDDLE) + "," + image(picture(9, 7, "png"), MIDDLE);
    byte[] canonical = CanonicalDesign.bytes(reader.read(utf8(design(layers))));
    assertThat(CanonicalDesign.bytes(reader.read(canonical))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource({
    "x,0,1000",
    "y,0,1200",
    "size,8,1000",
    "rotation,-180,180",
  })
  void numbersPassAtTheirBoundAndAreRefusedOneBeyond(String field, int min, int max) {
    for (int good : new int[] {min, max}) {
      accepted(design(text("a", with(field, Integer.toString(good)))));
    }
    for (String bad :
        new String[] {
          min - 1 + "",
          max + 1 + "",
          max + ".001",
          "1.0001",
          "1e99999",
          "1e-99999",
          "\"5\"",
          "null",
          "[]"
        }) {
      refused(design(text("a", with(field, bad))), "layers[0]." + field);
    }
  }

  @Test
  void textIsCountedInCodePointsAndMustBeDrawable() {
    accepted(design(text("猪".repeat(200), MIDDLE)));
    refused(design(text("猪".repeat(201), MIDDLE)), "layers[0].text");
    refused(design(text("", MIDDLE)), "layers[0].text");
    refused(design(text("a\\nb", MIDDLE)), "control character");
    refused(design(text("ok \\ud83d\\udc37", MIDDLE)), "U+1F437");
    refused(design(text("a\\ud800", MIDDLE)), "layers[0].text");
  }

  @Test
  void sixteenLayersPassAndSeventeenAreRefusedAndNoneIsABlankShirt() {
    accepted(design(""));
    accepted(design(String.join(",", Collections.nCopies(16, text("a", MIDDLE)))));
    refused(design(String.join(",", Collections.nCopies(17, text("a", MIDDLE)))), "layers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"template\":\"cape\",\"garmentColor\":\"#000000\",\"layers\":[]}|template",
        "{\"template\":\"tank\",\"garmentColor\":\"#00000\",\"layers\":[]}|garmentColor",
        "{\"template\":\"tank\",\"garmentColor\":\"#00000g\",\"layers\":[]}|garmentColor",
        "{\"template\":\"tank\",\"garmentColor\":7,\"layers\":[]}|garmentColor",
        "{\"template\":\"tank\",\"garmentColor\":\"#000000\"}|layers",
        "{\"template\":\"tank\",\"template\":\"tank\"}|template",
        "{\"template\":\"tank\",\"colour\":1}|colour",
        "{\"template\":\"tank\",\"garmentColor\":\"#000000\",\"layers\":{}}|layers",
        "{\"template\":\"tank\",\"garmentColor\":\"#000000\",\"layers\":[7]}|layers[0]",
        "{\"template\":\"tank\",\"garmentColor\":\"#000000\",\"layers\":[{}]}|layers[0]",
        "{\"template\":\"tank\",\"garmentColor\":\"#000000\",\"layers\":[]} 1|follows",
        "{\"template\":\"tank\"|JSON",
        "[]|object",
        "''|object",
      })
  void brokenBodiesAreRefusedByName(String body, String names) {
    refused(body, names);
  }

  @Test
  void layerFieldsAreCheckedByName() {
    String good = text("a", MIDDLE);
    refused(design(good.replace("sans-bold", "comic")), "layers[0].font");
    refused(design(good.replace("#FFFFFF", "white")), "layers[0].color");
    refused(design(good.replace("\"text\"", "\"txt\"")), "layers[0].txt");
    refused(design(good.replace("{", "{\"x\":1,")), "x");
    refused(design(good.replace("\"a\"", "7")), "layers[0].text");
    refused(design(good.replace("{", "{\"image\":\"AAAA\",")), "layers[0]");
    refused(design("{\"text\":" + "[".repeat(17)), "layers[0].text");
  }

  @Test
  void pngAndJpegPassAndOtherFilesAreRefused() {
    accepted(design(image(picture(30, 20, "png"), MIDDLE)));
    accepted(design(image(picture(30, 20, "jpeg"), MIDDLE)));
    refused(design(image(picture(30, 20, "gif"), MIDDLE)), "neither PNG nor JPEG");
    refused(design(image(new byte[0], MIDDLE)), "layers[0].image");
    refused(design("{\"image\":\"*\"," + MIDDLE + "}"), "layers[0].image");
    byte[] png = picture(30, 20, "png");
    refused(design(image(Arrays.copyOf(png, png.length / 2), MIDDLE)), "layers[0].image");
  }

  @Test
  void pictureSidesPassAtTheBoundAndAreRefusedOneBeyond() {
    accepted(design(image(picture(ImageFile.SIDE_MAX, 1, "png"), MIDDLE)));
    accepted(design(image(picture(1, ImageFile.SIDE_MAX, "jpeg"), MIDDLE)));
    refused(design(image(picture(ImageFile.SIDE_MAX + 1, 1, "png"), MIDDLE)), "2049x1");
    refused(design(image(picture(1, ImageFile.SIDE_MAX + 1, "jpeg"), MIDDLE)), "1x2049");
  }

  @Test
  void aHeaderThatClaimsAHugePictureIsRefusedBeforeAnythingIsUnpacked() {
    byte[] bomb = picture(3, 3, "png");
    ByteBuffer.wrap(bomb).putInt(16, 60_000).putInt(20, 60_000);
    CRC32 crc = new CRC32();
    crc.update(bomb, 12, 17);
    ByteBuffer.wrap(bomb).putInt(29, (int) crc.getValue());
    refused(design(image(bomb, MIDDLE)), "60000x60000");
  }

  @Test
  void aFileOfTooManyBytesOrTooManyScansIsRefused() {
    byte[] png = picture(3, 3, "png");
    accepted(design(image(Arrays.copyOf(png, ImageFile.BYTES_MAX), MIDDLE)));
    refused(design(image(Arrays.copyOf(png, ImageFile.BYTES_MAX + 1), MIDDLE)), "1048577 bytes");
    byte[] jpeg = new byte[4 + 2 * 65];
    jpeg[0] = (byte) 0xff;
    jpeg[1] = (byte) 0xd8;
    for (int i = 2; i < jpeg.length - 1; i += 2) {
      jpeg[i] = (byte) 0xff;
      jpeg[i + 1] = (byte) 0xda;
    }
    refused(design(image(jpeg, MIDDLE)), "scans");
  }

  @Test
  void picturesTogetherHaveAPixelBudget() {
    String large = image(picture(2048, 2048, "jpeg"), MIDDLE);
    accepted(design(large + "," + large));
    refused(design(large + "," + large + "," + image(picture(1, 1, "png"), MIDDLE)), "layers[2]");
  }

  private String id(String body) {
    return CanonicalDesign.id(CanonicalDesign.bytes(reader.read(utf8(body))));
  }

  private static String with(String field, String value) {
    return MIDDLE.replaceAll("\"" + field + "\":[^,]*", "\"" + field + "\":" + value);
  }

  private void accepted(String body) {
    assertThat(reader.read(utf8(body))).isNotNull();
  }

  private void refused(String body, String names) {
    assertThatThrownBy(() -> reader.read(utf8(body)))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.refusal()).isInstanceOf(Refusal.InvalidRequest.class);
              assertThat(e.refusal().detail()).contains(names);
            });
  }
}
