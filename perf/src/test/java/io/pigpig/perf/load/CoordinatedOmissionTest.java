package io.pigpig.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Queue;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** A server that stalls for a second once, and what each way of loading it has to say of that. */
class CoordinatedOmissionTest {

  private static final long STALL_MILLIS = 1_000;
  private static final long MOST_OF_THE_STALL_MICROS = 900_000;

  /** From its hundredth request on it answers nothing for a second, then everything. */
  private static final class StallingOnce {
    private final Queue<HttpServerRequest> stalled = new ArrayDeque<>();
    private int seen;
    private boolean over;

    private void answer(Vertx vertx, HttpServerRequest request) {
      seen++;
      if (seen == 100) {
        vertx.setTimer(STALL_MILLIS, timer -> end());
      }
      if (seen < 100 || over) {
        TestShop.accept(request);
      } else {
        stalled.add(request);
      }
    }

    private void end() {
      over = true;
      stalled.forEach(TestShop::accept);
      stalled.clear();
    }
  }

  @Test
  void aScheduleTellsTheStallToEveryoneWhoWouldHaveCome() throws Exception {
    // Of 2 500 requests 500 come during the stall, the first 50 of them within a tenth of it: so
    // more than one in a hundred waits for nine tenths of it, however fast the rest is.
    LoadResult result = run(plans -> plans.open(5, 500));
    assertThat(Plans.offered(result)).isEqualTo(2_500);
    assertThat(Plans.accepted(result, "order")).isEqualTo(2_500);
    Histogram latencies = decoded(result.histograms().accepted());
    assertThat(latencies.getTotalCount()).isEqualTo(2_500);
    assertThat(latencies.getValueAtPercentile(98.5)).isGreaterThan(MOST_OF_THE_STALL_MICROS);
    assertThat(result.intervals())
        .anyMatch(second -> second.acceptedLatency().max() > MOST_OF_THE_STALL_MICROS);
  }

  @Test
  void whoWaitsForAnswersHidesIt() throws Exception {
    // The stall is seen by one request of each connection and by no other, however many there are.
    LoadResult result = run(plans -> plans.closed(4));
    Histogram latencies = decoded(result.histograms().accepted());
    long stalled =
        latencies.getCountBetweenValues(MOST_OF_THE_STALL_MICROS, latencies.getMaxValue());
    assertThat(stalled).isBetween(1L, 10L);
    assertThat(latencies.getTotalCount()).isGreaterThan(100);
  }

  /** What a test loads the server with. */
  @FunctionalInterface
  private interface Load {
    Plans of(Plans plans);
  }

  private static LoadResult run(Load load) throws Exception {
    StallingOnce stalling = new StallingOnce();
    Vertx[] timers = new Vertx[1];
    try (TestShop shop = new TestShop(request -> stalling.answer(timers[0], request))) {
      timers[0] = shop.vertx();
      return load.of(Plans.to(shop.port())).run();
    }
  }

  private static Histogram decoded(String histogram) throws Exception {
    return Histogram.decodeFromCompressedByteBuffer(
        ByteBuffer.wrap(Base64.getDecoder().decode(histogram)), 0);
  }
}
