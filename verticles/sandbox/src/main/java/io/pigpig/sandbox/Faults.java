package io.pigpig.sandbox;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Scripted faults, decided by a seed. Owned by one event loop. */
final class Faults {

  /** The operation of telling the subscriber; the others are the peer's own. */
  static final String CALLBACK = "callback";

  private static final int RULES_MAX = 100;

  /** What goes wrong. */
  enum Fault {
    /** 500, and no effect. */
    ERROR,
    /** Refused for good: declined, rejected. */
    REFUSE,
    /** No effect and no answer. */
    SILENT_BEFORE,
    /** The effect, and no answer. */
    SILENT_AFTER,
    /** The effect, and the connection is cut instead of an answer. */
    CUT_AFTER,
    /** The effect and the answer, late; or the callback, late. */
    DELAY,
    /** The callback, and once more. */
    TWICE,
    /** The callback only after a later one was acknowledged, if one is in {@code retry-max}. */
    REORDER,
    /** The callback is lost on its way, and comes with the next attempt. */
    DROP;

    boolean isOf(String operation) {
      return switch (this) {
        case DELAY -> true;
        case TWICE, REORDER, DROP -> operation.equals(CALLBACK);
        case ERROR, REFUSE, SILENT_BEFORE, SILENT_AFTER, CUT_AFTER -> !operation.equals(CALLBACK);
      };
    }
  }

  private static final class Rule {
    private final String operation;
    private final Fault fault;
    private final double probability;
    private final long delayMillis;
    private long times;

    Rule(String operation, Fault fault, double probability, long delayMillis, long times) {
      this.operation = operation;
      this.fault = fault;
      this.probability = probability;
      this.delayMillis = delayMillis;
      this.times = times;
    }
  }

  /** A fault that is to happen now. */
  record Hit(Fault fault, long delayMillis) {}

  private List<Rule> rules = List.of();
  private JsonObject script = new JsonObject().put("seed", 0).put("rules", new JsonArray());
  private RandomGenerator random = new SplittableRandom(0);

  /**
   * Replaces all rules.
   *
   * @throws IllegalArgumentException naming what is wrong with the script
   */
  void script(JsonObject asked, PeerKind kind) {
    for (String field : asked.fieldNames()) {
      require(field.equals("seed") || field.equals("rules"), "field " + field + " is unknown");
    }
    require(asked.getValue("rules") instanceof JsonArray, "rules must be an array");
    require(asked.getValue("seed", 0) instanceof Number, "seed must be a number");
    JsonArray list = asked.getJsonArray("rules");
    require(list.size() <= RULES_MAX, "rules has more than " + RULES_MAX + " entries");
    List<Rule> fresh = new ArrayList<>();
    for (Object each : list) {
      require(each instanceof JsonObject, "a rule must be an object");
      fresh.add(rule((JsonObject) each, kind));
    }
    rules = fresh;
    script = asked.copy();
    random = new SplittableRandom(asked.getLong("seed", 0L));
  }

  JsonObject script() {
    return script;
  }

  private static Rule rule(JsonObject json, PeerKind kind) {
    for (String field : json.fieldNames()) {
      require(
          List.of("operation", "fault", "probability", "delayMillis", "times").contains(field),
          "field " + field + " of a rule is unknown");
    }
    Object operation = json.getValue("operation");
    List<String> operations = List.of(kind.doing, kind.undoing, CALLBACK);
    require(
        operation instanceof String && operations.contains(operation),
        "operation must be one of " + operations);
    Fault fault = fault(json.getValue("fault"));
    require(fault.isOf((String) operation), operation + " has no fault " + fault);
    double probability = number(json, "probability", 1).doubleValue();
    long delay = number(json, "delayMillis", 0).longValue();
    long times = number(json, "times", Long.MAX_VALUE).longValue();
    require(probability >= 0 && probability <= 1, "probability must be 0 to 1");
    require(delay >= 0 && delay <= 600_000, "delayMillis must be 0 to 600000");
    require(times >= 0, "times must not be negative");
    return new Rule((String) operation, fault, probability, delay, times);
  }

  private static Fault fault(@Nullable Object name) {
    for (Fault fault : Fault.values()) {
      if (fault.name().equals(name)) {
        return fault;
      }
    }
    throw new IllegalArgumentException("fault must be one of " + List.of(Fault.values()));
  }

  private static Number number(JsonObject json, String field, Number byDefault) {
    Object value = json.getValue(field, byDefault);
    require(value instanceof Number, field + " must be a number");
    return (Number) value;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** The first rule that strikes this call, or null. */
  @Nullable Hit strike(String operation) {
    for (Rule rule : rules) {
      if (rule.operation.equals(operation)
          && rule.times > 0
          && random.nextDouble() < rule.probability) {
        rule.times--;
        return new Hit(rule.fault, rule.delayMillis);
      }
    }
    return null;
  }
}
