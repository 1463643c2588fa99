package io.pigpig.perf.load;

import io.pigpig.perf.json.StrictObject;
import io.pigpig.perf.load.LoadPlan.Bounds;
import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Mode;
import io.pigpig.perf.load.LoadPlan.Pace;
import io.pigpig.perf.load.LoadPlan.Phase;
import io.pigpig.perf.load.LoadPlan.Protocol;
import io.pigpig.perf.load.LoadPlan.Requests;
import io.pigpig.perf.load.LoadPlan.Share;
import io.pigpig.perf.load.LoadPlan.Target;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** {@link LoadPlan} as JSON: fields are named as in the records, and all of them are there. */
public final class LoadPlanJson {

  private LoadPlanJson() {}

  public static JsonObject write(LoadPlan plan) {
    return new JsonObject()
        .put("run", plan.run())
        .put("target", write(plan.target()))
        .put("pace", write(plan.pace()))
        .put("bounds", write(plan.bounds()))
        .put("requests", write(plan.requests()))
        .put("historyFile", plan.historyFile());
  }

  private static JsonObject write(Target target) {
    return new JsonObject()
        .put("protocol", target.protocol().name())
        .put("host", target.host())
        .put("port", target.port())
        .put("connections", target.connections())
        .put("requestsPerConnection", target.requestsPerConnection());
  }

  private static JsonObject write(Pace pace) {
    JsonArray phases = new JsonArray();
    pace.phases().forEach(phase -> phases.add(write(phase)));
    return new JsonObject().put("mode", pace.mode().name()).put("phases", phases);
  }

  private static JsonObject write(Phase phase) {
    return new JsonObject()
        .put("seconds", phase.seconds())
        .put("fromPerSecond", phase.fromPerSecond())
        .put("toPerSecond", phase.toPerSecond())
        .put("replayFile", phase.replayFile());
  }

  private static JsonObject write(Bounds bounds) {
    return new JsonObject()
        .put("inFlightMax", bounds.inFlightMax())
        .put("timeoutMillis", bounds.timeoutMillis())
        .put("retriesMax", bounds.retriesMax())
        .put("retryPauseMillis", bounds.retryPauseMillis());
  }

  private static JsonObject write(Requests requests) {
    JsonArray mix = new JsonArray();
    requests.mix().forEach(share -> mix.add(write(share)));
    return new JsonObject()
        .put("mix", mix)
        .put("tokens", new JsonArray(requests.tokens()))
        .put("skus", new JsonArray(requests.skus()))
        .put("seed", requests.seed());
  }

  private static JsonObject write(Share share) {
    return new JsonObject()
        .put("name", share.name())
        .put("kind", share.kind().name())
        .put("weight", share.weight())
        .put("path", share.path())
        .put("batch", share.batch());
  }

  /** Throws IllegalArgumentException naming the field that is missing, unknown or of no use. */
  public static LoadPlan read(JsonObject json) {
    StrictObject fields =
        StrictObject.of("plan", json, "run", "target", "pace", "bounds", "requests", "historyFile");
    return new LoadPlan(
        fields.text("run"),
        readTarget(fields.object("target")),
        readPace(fields.object("pace")),
        readBounds(fields.object("bounds")),
        readRequests(fields.object("requests")),
        fields.text("historyFile"));
  }

  private static Target readTarget(JsonObject json) {
    StrictObject fields =
        StrictObject.of(
            "target", json, "protocol", "host", "port", "connections", "requestsPerConnection");
    return new Target(
        fields.choice("protocol", Protocol.class),
        fields.text("host"),
        fields.count("port"),
        fields.count("connections"),
        fields.count("requestsPerConnection"));
  }

  private static Pace readPace(JsonObject json) {
    StrictObject fields = StrictObject.of("pace", json, "mode", "phases");
    return new Pace(
        fields.choice("mode", Mode.class), fields.objects("phases", LoadPlanJson::readPhase));
  }

  private static Phase readPhase(JsonObject json) {
    StrictObject fields =
        StrictObject.of(
            "pace.phases", json, "seconds", "fromPerSecond", "toPerSecond", "replayFile");
    return new Phase(
        fields.number("seconds"),
        fields.number("fromPerSecond"),
        fields.number("toPerSecond"),
        fields.text("replayFile"));
  }

  private static Bounds readBounds(JsonObject json) {
    StrictObject fields =
        StrictObject.of(
            "bounds", json, "inFlightMax", "timeoutMillis", "retriesMax", "retryPauseMillis");
    return new Bounds(
        fields.count("inFlightMax"),
        fields.count("timeoutMillis"),
        fields.count("retriesMax"),
        fields.count("retryPauseMillis"));
  }

  private static Requests readRequests(JsonObject json) {
    StrictObject fields = StrictObject.of("requests", json, "mix", "tokens", "skus", "seed");
    return new Requests(
        fields.objects("mix", LoadPlanJson::readShare),
        fields.texts("tokens"),
        fields.texts("skus"),
        fields.whole("seed"));
  }

  private static Share readShare(JsonObject json) {
    StrictObject fields =
        StrictObject.of("requests.mix", json, "name", "kind", "weight", "path", "batch");
    return new Share(
        fields.text("name"),
        fields.choice("kind", Kind.class),
        fields.count("weight"),
        fields.text("path"),
        fields.count("batch"));
  }
}
