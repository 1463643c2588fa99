package io.pigpig.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Ids ascend as Postgres compares them: byte by byte. */
final class UuidV7Test {

  private static final long NOW = 1_766_000_000_000L;

  private long millis = NOW;
  private final UuidV7 ids = new UuidV7(() -> Instant.ofEpochMilli(millis), new Random(3));

  @Test
  void bearsVersionSevenTheRfcsVariantAndItsMillisecond() {
    UUID id = ids.next();
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(millisOf(id)).isEqualTo(NOW);
  }

  @Test
  void ascendsWithinAMillisecondBeyondItsCounter() {
    assertAscending(Stream.generate(ids::next).limit(10_000).toList());
  }

  @Test
  void ascendsWhenTheClockGoesBackALittle() {
    List<UUID> made = new ArrayList<>();
    for (long step : new long[] {0, 5, -900, 0, 1, 900, -1}) {
      millis += step;
      made.add(ids.next());
    }
    assertAscending(made);
  }

  @Test
  void aClockThatWasFarAheadIsFollowedBack() {
    millis += 600_000;
    ids.next();
    millis -= 600_000;
    assertThat(millisOf(ids.next())).isEqualTo(NOW);
  }

  private static long millisOf(UUID id) {
    return id.getMostSignificantBits() >>> 16;
  }

  /** The text compares as the bytes do; UUID.compareTo is signed in older JDKs. */
  private static void assertAscending(List<UUID> made) {
    for (int i = 1; i < made.size(); i++) {
      assertThat(made.get(i).toString()).isGreaterThan(made.get(i - 1).toString());
    }
  }
}
