package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.history.HistoryLog;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrderLoadTest {

  @Test
  void lostOutcomeStaysUnknownAndACleanRefusalDoesNot() {
    assertThat(outcomeOf(503, "OUTCOME_UNKNOWN")).isEqualTo(HistoryLog.Outcome.UNKNOWN);
    assertThat(outcomeOf(500, "INTERNAL")).isEqualTo(HistoryLog.Outcome.UNKNOWN);
    assertThat(outcomeOf(409, "REQUEST_IN_FLIGHT")).isEqualTo(HistoryLog.Outcome.UNKNOWN);
    assertThat(outcomeOf(503, "UNAVAILABLE")).isEqualTo(HistoryLog.Outcome.FAILED);
    assertThat(outcomeOf(409, "OUT_OF_STOCK")).isEqualTo(HistoryLog.Outcome.FAILED);
  }

  @Test
  void keyTellsItsClient() {
    assertThat(OrderLoad.clientOf("crash-1-4711-0031-000000000009")).isEqualTo(31);
  }

  private static HistoryLog.Outcome outcomeOf(int status, String code) {
    HistoryLog history = new HistoryLog();
    history.invoke("key", Map.of("TEE-1", 1));
    JsonObject body = new JsonObject().put("code", code);
    OrderLoad.record(history, "key", new HttpShop.Answer(status, body.encode(), body, false));
    return history.entries().getFirst().last();
  }
}
