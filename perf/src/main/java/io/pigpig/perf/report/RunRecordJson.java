package io.pigpig.perf.report;

import io.pigpig.perf.json.JsonFields;
import io.pigpig.perf.load.LoadResultJson;
import io.pigpig.perf.report.RunRecord.Cost;
import io.pigpig.perf.report.RunRecord.CostInterval;
import io.pigpig.perf.report.RunRecord.CostTotals;
import io.pigpig.perf.report.RunRecord.Figure;
import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.RunRecord.Mark;
import io.pigpig.perf.report.RunRecord.Sense;
import io.pigpig.perf.report.RunRecord.Where;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link RunRecord} as JSON; {@code ok} is for whoever reads the file by hand. */
public final class RunRecordJson {

  private RunRecordJson() {}

  public static JsonObject write(RunRecord run) {
    return new JsonObject()
        .put("scenario", run.scenario())
        .put("about", run.about())
        .put("ok", run.ok())
        .put("violations", new JsonArray(run.violations()))
        .put("where", write(run.where()))
        .put("figures", array(run.figures(), RunRecordJson::write))
        .put("legs", array(run.legs(), RunRecordJson::write));
  }

  /** Throws IllegalArgumentException naming the field that is missing, unknown or of no use. */
  public static RunRecord read(JsonObject json) {
    return JsonFields.read(json, RunRecordJson::readRun);
  }

  private static RunRecord readRun(JsonFields fields) {
    RunRecord run =
        new RunRecord(
            fields.text("scenario"),
            fields.text("about"),
            fields.object("where", RunRecordJson::readWhere),
            fields.objects("legs", RunRecordJson::readLeg),
            fields.objects("figures", RunRecordJson::readFigure),
            fields.texts("violations"));
    if (run.ok() != fields.truth("ok")) {
      throw new IllegalArgumentException("ok is " + !run.ok() + " with " + run.violations());
    }
    return run;
  }

  static JsonObject write(Where where) {
    return new JsonObject()
        .put("cpuModel", where.cpuModel())
        .put("cores", where.cores())
        .put("kernel", where.kernel())
        .put("jdk", where.jdk())
        .put("commit", where.commit())
        .put("atEpochMillis", where.atEpochMillis());
  }

  private static Where readWhere(JsonFields fields) {
    return new Where(
        fields.text("cpuModel"),
        fields.count("cores"),
        fields.text("kernel"),
        fields.text("jdk"),
        fields.text("commit"),
        fields.whole("atEpochMillis"));
  }

  private static JsonObject write(Figure figure) {
    return new JsonObject()
        .put("name", figure.name())
        .put("value", numberOrNull(figure.value()))
        .put("unit", figure.unit())
        .put("sense", figure.sense().name())
        .put("goal", numberOrNull(figure.goal()));
  }

  private static Figure readFigure(JsonFields fields) {
    return new Figure(
        fields.text("name"),
        fields.decimalOrNaN("value"),
        fields.text("unit"),
        fields.choice("sense", Sense.class),
        fields.decimalOrNaN("goal"));
  }

  private static JsonObject write(Leg leg) {
    return new JsonObject()
        .put("side", leg.side())
        .put("round", leg.round())
        .put("marks", array(leg.marks(), RunRecordJson::write))
        .put("cost", write(leg.cost()))
        .put("load", LoadResultJson.write(leg.load()));
  }

  private static Leg readLeg(JsonFields fields) {
    return new Leg(
        fields.text("side"),
        fields.count("round"),
        fields.object("load", LoadResultJson::read),
        fields.object("cost", RunRecordJson::readCost),
        fields.objects("marks", RunRecordJson::readMark));
  }

  private static JsonObject write(Mark mark) {
    return new JsonObject().put("second", mark.second()).put("what", mark.what());
  }

  private static Mark readMark(JsonFields fields) {
    return new Mark(fields.decimal("second"), fields.text("what"));
  }

  private static JsonObject write(Cost cost) {
    return new JsonObject()
        .put("orders", cost.orders())
        .put("totals", write(cost.totals()))
        .put("intervals", array(cost.intervals(), RunRecordJson::write));
  }

  private static Cost readCost(JsonFields fields) {
    return new Cost(
        fields.whole("orders"),
        fields.objects("intervals", RunRecordJson::readInterval),
        fields.object("totals", RunRecordJson::readTotals));
  }

  private static JsonObject write(CostInterval interval) {
    return new JsonObject()
        .put("second", interval.second())
        .put("cpuMicros", object(interval.cpuMicros()))
        .put("rssBytes", object(interval.rssBytes()))
        .put("gcMicros", object(interval.gcMicros()));
  }

  private static CostInterval readInterval(JsonFields fields) {
    return new CostInterval(
        fields.count("second"),
        fields.counts("cpuMicros"),
        fields.counts("rssBytes"),
        fields.counts("gcMicros"));
  }

  private static JsonObject write(CostTotals totals) {
    return new JsonObject()
        .put("cpuMicros", object(totals.cpuMicros()))
        .put("gcMicros", object(totals.gcMicros()))
        .put("allocatedBytes", object(totals.allocatedBytes()))
        .put("syscalls", object(totals.syscalls()))
        .put("commits", totals.commits())
        .put("fsyncs", totals.fsyncs())
        .put("walBytes", totals.walBytes())
        .put("redisScripts", numberOrNull(totals.redisScripts()));
  }

  private static CostTotals readTotals(JsonFields fields) {
    return new CostTotals(
        fields.counts("cpuMicros"),
        fields.counts("gcMicros"),
        fields.counts("allocatedBytes"),
        fields.counts("syscalls"),
        fields.whole("commits"),
        fields.whole("fsyncs"),
        fields.whole("walBytes"),
        fields.decimalOrNaN("redisScripts"));
  }

  private static JsonObject object(Map<String, Long> values) {
    return new JsonObject(new TreeMap<>(values));
  }

  static @Nullable Double numberOrNull(double value) {
    return Double.isFinite(value) ? value : null;
  }

  static <T> JsonArray array(Collection<T> values, Function<T, JsonObject> write) {
    JsonArray array = new JsonArray();
    values.forEach(value -> array.add(write.apply(value)));
    return array;
  }
}
