package io.pigpig.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunRecordJsonTest {

  @Test
  void runComesBackAsItWasWritten() {
    RunRecord run = SyntheticRun.of(2, 4);

    String text = RunRecordJson.write(run).encodePrettily();

    assertThat(RunRecordJson.read(new JsonObject(text))).isEqualTo(run);
  }

  @Test
  void runWithViolationsAndHostileTextsComesBackToo() {
    RunRecord run = SyntheticRun.awkward();

    String text = RunRecordJson.write(run).encode();

    assertThat(RunRecordJson.read(new JsonObject(text))).isEqualTo(run);
  }

  @Test
  void unknownFieldIsRefused() {
    JsonObject json = written();
    json.getJsonArray("legs").getJsonObject(0).put("speed", 1);

    assertThatThrownBy(() -> RunRecordJson.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown legs[0].speed");
  }

  @Test
  void missingFieldIsRefused() {
    JsonObject json = written();
    json.getJsonObject("where").remove("jdk");

    assertThatThrownBy(() -> RunRecordJson.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("where.jdk is missing");
  }

  @Test
  void fieldOfAnotherTypeIsRefusedWithItsName() {
    JsonObject json = written();
    json.getJsonArray("legs")
        .getJsonObject(0)
        .getJsonObject("cost")
        .getJsonObject("totals")
        .put("cpuMicros", new JsonObject().put("jvm", 1.5));

    assertThatThrownBy(() -> RunRecordJson.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("legs[0].cost.totals.cpuMicros.jvm must be a whole number, not 1.5");
  }

  @Test
  void runThatSaysOkWithViolationsIsRefused() {
    JsonObject json = written().put("violations", new JsonArray(List.of("lost")));

    assertThatThrownBy(() -> RunRecordJson.read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lost");
  }

  private static JsonObject written() {
    return new JsonObject(RunRecordJson.write(SyntheticRun.of(1, 2)).encode());
  }
}
