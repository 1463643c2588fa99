package io.pigpig.perf.load;

import io.pigpig.perf.json.JsonFields;
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

/** A plan as JSON: fields are named as in the records, and all of them are there. */
public final class LoadPlanJson {

  private LoadPlanJson() {}

  public static String encode(LoadPlan plan) {
    JsonArray phases = new JsonArray();
    plan.pace().phases().forEach(phase -> phases.add(phase(phase)));
    JsonArray mix = new JsonArray();
    plan.requests().mix().forEach(share -> mix.add(share(share)));
    return new JsonObject()
        .put("run", plan.run())
        .put("target", target(plan.target()))
        .put("pace", new JsonObject().put("mode", plan.pace().mode().name()).put("phases", phases))
        .put("bounds", bounds(plan.bounds()))
        .put(
            "requests",
            new JsonObject()
                .put("mix", mix)
                .put("tokens", new JsonArray(plan.requests().tokens()))
                .put("skus", new JsonArray(plan.requests().skus()))
                .put("seed", plan.requests().seed()))
        .put("historyFile", plan.historyFile())
        .encode();
  }

  private static JsonObject target(Target target) {
    return new JsonObject()
        .put("protocol", target.protocol().name())
        .put("host", target.host())
        .put("port", target.port())
        .put("connections", target.connections())
        .put("requestsPerConnection", target.requestsPerConnection());
  }

  private static JsonObject phase(Phase phase) {
    return new JsonObject()
        .put("seconds", phase.seconds())
        .put("fromPerSecond", phase.fromPerSecond())
        .put("toPerSecond", phase.toPerSecond())
        .put("replayFile", phase.replayFile());
  }

  private static JsonObject bounds(Bounds bounds) {
    return new JsonObject()
        .put("inFlightMax", bounds.inFlightMax())
        .put("timeoutMillis", bounds.timeoutMillis())
        .put("retriesMax", bounds.retriesMax())
        .put("retryPauseMillis", bounds.retryPauseMillis());
  }

  private static JsonObject share(Share share) {
    return new JsonObject()
        .put("name", share.name())
        .put("kind", share.kind().name())
        .put("weight", share.weight())
        .put("path", share.path())
        .put("batch", share.batch());
  }

  /**
   * Throws IllegalArgumentException naming the field that is unknown, missing or wrong, and its
   * value.
   */
  public static LoadPlan decode(String json) {
    return JsonFields.read(
        json,
        plan ->
            new LoadPlan(
                plan.text("run"),
                plan.object("target", LoadPlanJson::target),
                plan.object("pace", LoadPlanJson::pace),
                plan.object("bounds", LoadPlanJson::bounds),
                plan.object("requests", LoadPlanJson::requests),
                plan.text("historyFile")));
  }

  private static Target target(JsonFields target) {
    return new Target(
        target.choice("protocol", Protocol.class),
        target.text("host"),
        target.count("port"),
        target.count("connections"),
        target.count("requestsPerConnection"));
  }

  private static Pace pace(JsonFields pace) {
    return new Pace(pace.choice("mode", Mode.class), pace.objects("phases", LoadPlanJson::phase));
  }

  private static Phase phase(JsonFields phase) {
    return new Phase(
        phase.decimal("seconds"),
        phase.decimal("fromPerSecond"),
        phase.decimal("toPerSecond"),
        phase.text("replayFile"));
  }

  private static Bounds bounds(JsonFields bounds) {
    return new Bounds(
        bounds.count("inFlightMax"),
        bounds.count("timeoutMillis"),
        bounds.count("retriesMax"),
        bounds.count("retryPauseMillis"));
  }

  private static Requests requests(JsonFields requests) {
    return new Requests(
        requests.objects("mix", LoadPlanJson::share),
        requests.texts("tokens"),
        requests.texts("skus"),
        requests.whole("seed"));
  }

  private static Share share(JsonFields share) {
    return new Share(
        share.text("name"),
        share.choice("kind", Kind.class),
        share.count("weight"),
        share.text("path"),
        share.count("batch"));
  }
}
