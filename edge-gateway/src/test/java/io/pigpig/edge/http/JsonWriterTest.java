package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class JsonWriterTest {

  private static final int VALUES = 20_000;

  /** Until the end of 9999 UTC, where RFC 3339 ends. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private final long seed = Long.getLong("pigpig.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  @Test
  void commasAndNestingAreKept() {
    JsonWriter out = new JsonWriter(1).object().field("a", 1).name("b").array();
    out.value("x").value(2).object().endObject().endArray().field("c", true).endObject().newLine();
    assertThat(out.toString())
        .isEqualTo("{\"a\":1,\"b\":[\"x\",2,{}],\"c\":true}\n")
        .isEqualTo(out.toBuffer().toString(StandardCharsets.UTF_8));
  }

  @Test
  void numbersAreWrittenAsTheJdkWritesThem() {
    long[] edges = {0, 9, 10, -1, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE};
    for (long edge : edges) {
      assertThat(new JsonWriter(1).value(edge).toString()).isEqualTo(Long.toString(edge));
    }
    for (int i = 0; i < VALUES; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      assertThat(new JsonWriter(1).value(value).toString())
          .as("seed " + seed)
          .isEqualTo(Long.toString(value));
    }
  }

  @Test
  void idsAreWrittenAsTheJdkWritesThem() {
    for (int i = 0; i < VALUES; i++) {
      UUID id = new UUID(random.nextLong(), random.nextLong());
      assertThat(new JsonWriter(1).value(id).toString())
          .as("seed " + seed)
          .isEqualTo("\"" + id + "\"");
    }
  }

  @Test
  void instantsAreWrittenInUtcWithThreeDecimals() {
    DateTimeFormatter expected =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    for (int i = 0; i < VALUES; i++) {
      Instant instant =
          Instant.ofEpochSecond(
              random.nextLong(-LAST_SECOND / 10, LAST_SECOND), random.nextInt(1_000_000_000));
      assertThat(new JsonWriter(1).value(instant).toString())
          .as("seed " + seed)
          .isEqualTo("\"" + expected.format(instant) + "\"");
    }
  }

  @Test
  void whatWouldBreakAStringIsEscaped() {
    assertThat(new JsonWriter(1).value("\"\\\n\r\t\u0000\u001f\u007f").toString())
        .isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0000\\u001f\\u007f\"");
    assertThat(new JsonWriter(1).value((String) null).toString()).isEqualTo("null");
  }

  @Test
  void otherCharactersAreUtf8AndThoseOfTwoUnitsEscaped() {
    assertThat(new JsonWriter(1).value("é 猪 😀").toString()).isEqualTo("\"é 猪 \\ud83d\\ude00\"");
  }
}
