package io.pigpig.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.perf.load.LoadResult.Histograms;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.load.LoadResult.Latency;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadResultJsonTest {

  private static final LoadResult RESULT =
      new LoadResult(
          1_700_000_000_000L,
          List.of(
              new Interval(
                  0,
                  10,
                  Map.of("order", 6L),
                  Map.of("OUT_OF_STOCK", 2L, "OVERLOADED", 1L),
                  Map.of("TIMEOUT", 1L),
                  4,
                  new Latency(6, 1, 2, 3, 4),
                  new Latency(3, 5, 6, 7, 8),
                  new Latency(9, 0, 1, 1, 3_000_000_000L))),
          new Histograms("abc", "def", "ghi"),
          123_456);

  @Test
  void aResultComesBackAsItWas() {
    assertThat(LoadResultJson.decode(LoadResultJson.write(RESULT).encode())).isEqualTo(RESULT);
  }

  @Test
  void whatIsWrongIsNamed() {
    JsonObject json = new JsonObject(LoadResultJson.write(RESULT).encode());
    JsonObject interval = json.getJsonArray("intervals").getJsonObject(0);
    interval.getJsonObject("refused").put("OVERLOADED", "many");
    assertThatThrownBy(() -> LoadResultJson.decode(json.encode()))
        .hasMessage("intervals[0].refused.OVERLOADED must be of type Number, not many");
    interval.put("more", 1);
    interval.getJsonObject("refused").put("OVERLOADED", 1);
    assertThatThrownBy(() -> LoadResultJson.decode(json.encode()))
        .hasMessage("unknown intervals[0].more");
  }
}
