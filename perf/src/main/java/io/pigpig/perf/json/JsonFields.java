package io.pigpig.perf.json;

import io.vertx.core.json.DecodeException;
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
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, each of which must be there and be of its type; one that nobody
 * asked for is an error. Throws IllegalArgumentException naming the field by its path.
 */
public final class JsonFields {

  private final JsonObject json;
  private final String path;
  private final Set<String> unread;

  private JsonFields(JsonObject json, String path) {
    this.json = json;
    this.path = path;
    this.unread = new TreeSet<>(json.fieldNames());
  }

  /** Reads a whole document by {@code reader}. */
  public static <T> T read(String document, Function<JsonFields, T> reader) {
    JsonObject json;
    try {
      json = new JsonObject(document);
    } catch (DecodeException | ClassCastException e) {
      throw new IllegalArgumentException("not a JSON object: " + e.getMessage(), e);
    }
    return read(json, reader);
  }

  /** Reads an object by {@code reader}. */
  public static <T> T read(JsonObject json, Function<JsonFields, T> reader) {
    return read(json, "", reader);
  }

  /** A value's own complaint gets the place in front. */
  private static <T> T read(JsonObject json, String path, Function<JsonFields, T> reader) {
    JsonFields fields = new JsonFields(json, path);
    T value;
    try {
      value = reader.apply(fields);
    } catch (FieldException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new FieldException(path.isEmpty() ? e.getMessage() : path + ": " + e.getMessage(), e);
    }
    if (!fields.unread.isEmpty()) {
      throw new FieldException("unknown " + fields.place(fields.unread.iterator().next()), null);
    }
    return value;
  }

  /** Already says where. */
  private static final class FieldException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    FieldException(@Nullable String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  public String text(String name) {
    return value(name, String.class);
  }

  public long whole(String name) {
    return whole(name, value(name, Number.class));
  }

  public int count(String name) {
    long value = whole(name);
    if (value != (int) value) {
      throw wrong(name, value, "a number of 32 bits");
    }
    return (int) value;
  }

  public double decimal(String name) {
    return value(name, Number.class).doubleValue();
  }

  /** Null stands for NaN, which JSON has no number for. */
  public double decimalOrNaN(String name) {
    if (unread.contains(name) && json.getValue(name) == null) {
      unread.remove(name);
      return Double.NaN;
    }
    return decimal(name);
  }

  public boolean truth(String name) {
    return value(name, Boolean.class);
  }

  public <E extends Enum<E>> E choice(String name, Class<E> type) {
    String value = text(name);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(value)) {
        return constant;
      }
    }
    throw wrong(name, value, "one of " + Arrays.toString(type.getEnumConstants()));
  }

  public <T> T object(String name, Function<JsonFields, T> reader) {
    return read(value(name, JsonObject.class), place(name), reader);
  }

  public <T> List<T> objects(String name, Function<JsonFields, T> reader) {
    JsonArray array = value(name, JsonArray.class);
    List<T> values = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      String element = name + "[" + i + "]";
      values.add(read(typed(element, array.getValue(i), JsonObject.class), place(element), reader));
    }
    return values;
  }

  public List<String> texts(String name) {
    JsonArray array = value(name, JsonArray.class);
    List<String> values = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      values.add(typed(name + "[" + i + "]", array.getValue(i), String.class));
    }
    return values;
  }

  /** An object of numbers under free names. */
  public Map<String, Long> counts(String name) {
    Map<String, Long> counts = new TreeMap<>();
    for (Map.Entry<String, Object> entry : value(name, JsonObject.class)) {
      String field = name + "." + entry.getKey();
      counts.put(entry.getKey(), whole(field, typed(field, entry.getValue(), Number.class)));
    }
    return counts;
  }

  private long whole(String name, Number value) {
    if (!(value instanceof Integer || value instanceof Long)) {
      throw wrong(name, value, "a whole number");
    }
    return value.longValue();
  }

  private <T> T value(String name, Class<T> type) {
    if (!unread.remove(name)) {
      throw new FieldException(place(name) + " is missing", null);
    }
    return typed(name, json.getValue(name), type);
  }

  private <T> T typed(String name, @Nullable Object value, Class<T> type) {
    if (!type.isInstance(value)) {
      throw wrong(name, value, "of type " + type.getSimpleName());
    }
    return type.cast(value);
  }

  private FieldException wrong(String name, @Nullable Object value, String expected) {
    return new FieldException(place(name) + " must be " + expected + ", not " + value, null);
  }

  private String place(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
