package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Product;
import io.pigpig.catalog.Sku;
import io.pigpig.catalog.Variant;
import io.pigpig.order.RequestedLine;
import io.pigpig.runtime.refusal.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick way reads what the strict one reads, and never more. */
final class PlainOrderBodyTest {

  private static final int MUTATIONS = 50_000;
  private static final Sku WHITE = new Sku("TEE-WHITE-M");
  private static final Catalog CATALOG =
      new Catalog(
          1, List.of(new Product("tee", "Tee", "tee", List.of(new Variant(WHITE, "white", "M")))));
  private static final String DESIGN = "0123456789abcdef".repeat(4);

  private static final List<String> SEEDS =
      List.of(
          "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":1}]}",
          " { \"lines\" : [ { \"quantity\" : 100 , \"sku\" : \"TEE-WHITE-M\" } ] } ",
          "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":10,\"designId\":\""
              + DESIGN
              + "\"},"
              + "{\"sku\":\"TEE-WHITE-M\",\"quantity\":99}]}");

  private static final String PIECES = "{}[]:,\"\\ \n0123456789eE.-+aAzZ\u00e9\u0000";

  @Test
  void whatIsPlainIsReadQuickly() {
    for (String body : SEEDS) {
      assertThat(quickly(body)).as(body).isNotNull().isEqualTo(strictly(body));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"lines\":[]}",
        "{\"lines\":[{}]}",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\"}]}",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":0}]}",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":01}]}",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":101}]}",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":1.0}]}",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":1,\"quantity\":1}]}",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":1,\"price\":1}]}",
        "{\"lines\":[{\"sku\":\"NO-SUCH\",\"quantity\":1}]}",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":1}],\"lines\":[]}",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":1}]}}",
        "{\"lines\":[{\"sku\":\"TEE-WHITE-M\",\"quantity\":1},]}"
      })
  void whatIsNotAnOrderIsLeftToTheStrictReader(String body) {
    assertThat(quickly(body)).isNull();
    assertThat(strictly(body)).isNull();
  }

  @Test
  void oneLineMoreThanTheMostIsLeftToTheStrictReader() {
    String line = "{\"sku\":\"TEE-WHITE-M\",\"quantity\":1}";
    assertThat(quickly("{\"lines\":[" + line + ("," + line).repeat(49) + "]}")).hasSize(50);
    assertThat(quickly("{\"lines\":[" + line + ("," + line).repeat(50) + "]}")).isNull();
  }

  @Test
  void noMutationIsReadOtherwiseThanStrictly() {
    long seed = Long.getLong("pigpig.seed", new Random().nextLong());
    Random random = new Random(seed);
    int read = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      String body = mutated(SEEDS.get(random.nextInt(SEEDS.size())), random);
      List<RequestedLine> quick = quickly(body);
      if (quick != null) {
        read++;
        assertThat(quick).as("seed %d: %s", seed, body).isEqualTo(strictly(body));
      }
    }
    assertThat(read).as("seed " + seed).isPositive();
  }

  private static String mutated(String body, Random random) {
    StringBuilder text = new StringBuilder(body);
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times && !text.isEmpty(); i++) {
      int at = random.nextInt(text.length());
      char piece = PIECES.charAt(random.nextInt(PIECES.length()));
      switch (random.nextInt(4)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, piece);
        case 2 -> text.setCharAt(at, piece);
        default -> text.insert(at, text.substring(at, Math.min(text.length(), at + 8)));
      }
    }
    return text.toString();
  }

  private static @Nullable List<RequestedLine> quickly(String body) {
    return new PlainOrderBody(body.getBytes(StandardCharsets.UTF_8), CATALOG).read();
  }

  private static @Nullable List<RequestedLine> strictly(String body) {
    try {
      return new ArrayList<>(
          OrderJson.readAnyLines(body.getBytes(StandardCharsets.UTF_8), CATALOG));
    } catch (RefusedException refused) {
      return null;
    }
  }
}
