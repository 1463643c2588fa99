package io.pigpig.perf.load;

import io.pigpig.perf.json.StrictObject;
import io.pigpig.perf.load.LoadResult.Histograms;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.load.LoadResult.Latency;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.TreeMap;

/** {@link LoadResult} as JSON. */
public final class LoadResultJson {

  private LoadResultJson() {}

  public static JsonObject write(LoadResult result) {
    JsonArray intervals = new JsonArray();
    result.intervals().forEach(interval -> intervals.add(write(interval)));
    Histograms histograms = result.histograms();
    return new JsonObject()
        .put("beganEpochMillis", result.beganEpochMillis())
        .put("generatorCpuMicros", result.generatorCpuMicros())
        .put("acceptedHistogram", histograms.accepted())
        .put("refusedHistogram", histograms.refused())
        .put("latenessHistogram", histograms.lateness())
        .put("intervals", intervals);
  }

  /** Throws IllegalArgumentException naming the field that is missing, unknown or of no use. */
  public static LoadResult read(JsonObject json) {
    StrictObject fields =
        StrictObject.of(
            "load",
            json,
            "beganEpochMillis",
            "generatorCpuMicros",
            "acceptedHistogram",
            "refusedHistogram",
            "latenessHistogram",
            "intervals");
    return new LoadResult(
        fields.whole("beganEpochMillis"),
        fields.objects("intervals", LoadResultJson::readInterval),
        new Histograms(
            fields.text("acceptedHistogram"),
            fields.text("refusedHistogram"),
            fields.text("latenessHistogram")),
        fields.whole("generatorCpuMicros"));
  }

  private static JsonObject write(Interval interval) {
    return new JsonObject()
        .put("second", interval.second())
        .put("offered", interval.offered())
        .put("accepted", new JsonObject(new TreeMap<>(interval.accepted())))
        .put("refused", new JsonObject(new TreeMap<>(interval.refused())))
        .put("failed", new JsonObject(new TreeMap<>(interval.failed())))
        .put("retried", interval.retried())
        .put("acceptedLatency", write(interval.acceptedLatency()))
        .put("refusedLatency", write(interval.refusedLatency()))
        .put("lateness", write(interval.lateness()));
  }

  private static Interval readInterval(JsonObject json) {
    StrictObject fields =
        StrictObject.of(
            "load.intervals",
            json,
            "second",
            "offered",
            "accepted",
            "refused",
            "failed",
            "retried",
            "acceptedLatency",
            "refusedLatency",
            "lateness");
    return new Interval(
        fields.count("second"),
        fields.whole("offered"),
        fields.wholes("accepted"),
        fields.wholes("refused"),
        fields.wholes("failed"),
        fields.whole("retried"),
        readLatency(fields.object("acceptedLatency")),
        readLatency(fields.object("refusedLatency")),
        readLatency(fields.object("lateness")));
  }

  private static JsonObject write(Latency latency) {
    return new JsonObject()
        .put("count", latency.count())
        .put("p50", latency.p50())
        .put("p99", latency.p99())
        .put("p999", latency.p999())
        .put("max", latency.max());
  }

  private static Latency readLatency(JsonObject json) {
    StrictObject fields =
        StrictObject.of("load.intervals.latency", json, "count", "p50", "p99", "p999", "max");
    return new Latency(
        fields.whole("count"),
        fields.whole("p50"),
        fields.whole("p99"),
        fields.whole("p999"),
        fields.whole("max"));
  }
}
