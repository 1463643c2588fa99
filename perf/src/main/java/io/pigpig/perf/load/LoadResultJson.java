package io.pigpig.perf.load;

import io.pigpig.perf.json.JsonFields;
import io.pigpig.perf.load.LoadResult.Histograms;
import io.pigpig.perf.load.LoadResult.Interval;
import io.pigpig.perf.load.LoadResult.Latency;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** A result as JSON: fields are named as in the records, and all of them are there. */
public final class LoadResultJson {

  private LoadResultJson() {}

  public static JsonObject write(LoadResult result) {
    JsonArray intervals = new JsonArray();
    result.intervals().forEach(interval -> intervals.add(interval(interval)));
    return new JsonObject()
        .put("beganEpochMillis", result.beganEpochMillis())
        .put("intervals", intervals)
        .put(
            "histograms",
            new JsonObject()
                .put("accepted", result.histograms().accepted())
                .put("refused", result.histograms().refused())
                .put("lateness", result.histograms().lateness()))
        .put("generatorCpuMicros", result.generatorCpuMicros());
  }

  private static JsonObject interval(Interval interval) {
    return new JsonObject()
        .put("second", interval.second())
        .put("offered", interval.offered())
        .put("accepted", counts(interval.accepted()))
        .put("refused", counts(interval.refused()))
        .put("failed", counts(interval.failed()))
        .put("retried", interval.retried())
        .put("acceptedLatency", latency(interval.acceptedLatency()))
        .put("refusedLatency", latency(interval.refusedLatency()))
        .put("lateness", latency(interval.lateness()));
  }

  private static JsonObject counts(Map<String, Long> counts) {
    JsonObject json = new JsonObject();
    new TreeMap<>(counts).forEach(json::put);
    return json;
  }

  private static JsonObject latency(Latency latency) {
    return new JsonObject()
        .put("count", latency.count())
        .put("p50", latency.p50())
        .put("p99", latency.p99())
        .put("p999", latency.p999())
        .put("max", latency.max());
  }

  /** A document that a generator has written; as {@link #read} otherwise. */
  public static LoadResult decode(String json) {
    return JsonFields.read(json, LoadResultJson::read);
  }

  /**
   * Throws IllegalArgumentException naming the field that is unknown, missing or wrong, and its
   * value.
   */
  public static LoadResult read(JsonFields result) {
    return new LoadResult(
        result.whole("beganEpochMillis"),
        result.objects("intervals", LoadResultJson::interval),
        result.object("histograms", LoadResultJson::histograms),
        result.whole("generatorCpuMicros"));
  }

  private static Interval interval(JsonFields interval) {
    return new Interval(
        interval.count("second"),
        interval.whole("offered"),
        interval.counts("accepted"),
        interval.counts("refused"),
        interval.counts("failed"),
        interval.whole("retried"),
        interval.object("acceptedLatency", LoadResultJson::latency),
        interval.object("refusedLatency", LoadResultJson::latency),
        interval.object("lateness", LoadResultJson::latency));
  }

  private static Histograms histograms(JsonFields histograms) {
    return new Histograms(
        histograms.text("accepted"), histograms.text("refused"), histograms.text("lateness"));
  }

  private static Latency latency(JsonFields latency) {
    return new Latency(
        latency.whole("count"),
        latency.whole("p50"),
        latency.whole("p99"),
        latency.whole("p999"),
        latency.whole("max"));
  }
}
