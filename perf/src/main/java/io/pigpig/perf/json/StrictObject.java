package io.pigpig.perf.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A JSON object with exactly the named fields, each of the type that is asked for. Anything else is
 * an IllegalArgumentException that names the place.
 */
public final class StrictObject {

  private final String place;
  private final JsonObject json;

  private StrictObject(String place, JsonObject json) {
    this.place = place;
    this.json = json;
  }

  /** Throws IllegalArgumentException when a field is missing or none of these. */
  public static StrictObject of(String place, JsonObject json, String... fields) {
    Set<String> expected = new TreeSet<>(List.of(fields));
    Set<String> actual = new TreeSet<>(json.fieldNames());
    if (!actual.equals(expected)) {
      throw new IllegalArgumentException(
          place + " must have the fields " + expected + ", not " + actual);
    }
    return new StrictObject(place, json);
  }

  public String text(String field) {
    return (String) typed(field, String.class, "a text");
  }

  /** A constant by its name. */
  public <E extends Enum<E>> E choice(String field, Class<E> type) {
    String name = text(field);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw wrong(field, "one of " + Arrays.toString(type.getEnumConstants()), name);
  }

  public boolean truth(String field) {
    return (Boolean) typed(field, Boolean.class, "true or false");
  }

  public long whole(String field) {
    return wholeNumber(field, json.getValue(field));
  }

  /** A whole number that fits an int. */
  public int count(String field) {
    long value = whole(field);
    if (value != (int) value) {
      throw wrong(field, "a smaller number", value);
    }
    return (int) value;
  }

  /** Null stands for NaN, which JSON has no number for. */
  public double number(String field) {
    if (json.getValue(field) == null) {
      return Double.NaN;
    }
    return ((Number) typed(field, Number.class, "a number or null")).doubleValue();
  }

  public JsonObject object(String field) {
    return (JsonObject) typed(field, JsonObject.class, "an object");
  }

  /** Whole numbers by name. */
  public Map<String, Long> wholes(String field) {
    Map<String, Long> values = new TreeMap<>();
    for (Map.Entry<String, Object> entry : object(field)) {
      String name = entry.getKey();
      values.put(name, wholeNumber(field + "." + name, entry.getValue()));
    }
    return values;
  }

  public <T> List<T> objects(String field, Function<JsonObject, T> read) {
    List<T> values = new ArrayList<>();
    for (Object element : array(field)) {
      if (!(element instanceof JsonObject object)) {
        throw wrong(field, "objects", element);
      }
      values.add(read.apply(object));
    }
    return values;
  }

  public List<String> texts(String field) {
    List<String> values = new ArrayList<>();
    for (Object element : array(field)) {
      if (!(element instanceof String text)) {
        throw wrong(field, "texts", element);
      }
      values.add(text);
    }
    return values;
  }

  private JsonArray array(String field) {
    return (JsonArray) typed(field, JsonArray.class, "an array");
  }

  private Object typed(String field, Class<?> type, String expected) {
    Object value = json.getValue(field);
    if (!type.isInstance(value)) {
      throw wrong(field, expected, value);
    }
    return value;
  }

  private long wholeNumber(String field, Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw wrong(field, "a whole number", value);
  }

  private IllegalArgumentException wrong(String field, String expected, Object actual) {
    return new IllegalArgumentException(
        place + "." + field + " must be " + expected + ", not " + actual);
  }
}
