package io.pigpig.perf.scenario;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Reads YAML into records whose components carry {@link Key}.
 *
 * <p>A component that is a record is a section, one that is a list or a map is empty when it is not
 * there. A key that no component has is an error, and so is a value that its record refuses: an
 * IllegalArgumentException in one line that names file, place and value.
 */
final class StrictYaml {

  private final String file;

  private StrictYaml(String file) {
    this.file = file;
  }

  /**
   * @param file what errors call the text
   */
  static <T extends Record> T read(String file, String text, Class<T> type) {
    StrictYaml yaml = new StrictYaml(file);
    return type.cast(yaml.record(type, yaml.load(text), ""));
  }

  /** How a component is written. */
  static String key(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** Whether it is written with keys of its own. */
  static boolean isSection(Class<?> type) {
    return type.isRecord() && type != Rate.class;
  }

  /** Every scalar stays the text it is written as: the records know the types. */
  private @Nullable Object load(String text) {
    LoadSettings settings =
        LoadSettings.builder().setSchema(new FailsafeSchema()).setAllowDuplicateKeys(false).build();
    try {
      return new Load(settings).loadFromString(text);
    } catch (MarkedYamlEngineException e) {
      String line = e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
      throw new IllegalArgumentException(file + line + ": " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(file + " is no YAML", e);
    }
  }

  private Object record(Class<?> type, @Nullable Object node, String place) {
    Map<?, ?> given = node == null ? Map.of() : mapping(node, place);
    RecordComponent[] components = type.getRecordComponents();
    Set<String> known = new LinkedHashSet<>();
    for (RecordComponent component : components) {
      known.add(key(component));
    }
    for (Object key : given.keySet()) {
      if (!(key instanceof String name) || !known.contains(name)) {
        throw wrong(place, "unknown key " + key + "; known: " + known);
      }
    }
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String name = key(components[i]);
      values[i] = component(components[i], given.get(name), join(place, name));
    }
    return make(type, types, values, place);
  }

  private Object make(Class<?> type, Class<?>[] types, Object[] values, String place) {
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw wrong(place, String.valueOf(cause.getMessage()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  private Object component(RecordComponent component, @Nullable Object node, String place) {
    Type type = component.getGenericType();
    if (node != null || !(type instanceof Class<?> plain) || isSection(plain)) {
      return value(type, node, place);
    }
    Key key = component.getAnnotation(Key.class);
    if (key == null) {
      throw new IllegalStateException("no @Key on " + component);
    }
    if (key.byDefault().equals(Key.REQUIRED)) {
      throw wrong(place, "is missing");
    }
    return value(type, key.byDefault(), place);
  }

  private Object value(Type type, @Nullable Object node, String place) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class
          ? list(generic.getActualTypeArguments()[0], node, place)
          : texts(node, place);
    }
    Class<?> plain = (Class<?>) type;
    return isSection(plain) ? record(plain, node, place) : scalar(plain, node, place);
  }

  private List<?> list(Type element, @Nullable Object node, String place) {
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof List<?> nodes)) {
      throw wrong(place, "is a list, not " + node);
    }
    List<Object> values = new ArrayList<>();
    for (Object each : nodes) {
      values.add(value(element, each, place + "[" + values.size() + "]"));
    }
    return values;
  }

  private Map<String, String> texts(@Nullable Object node, String place) {
    Map<String, String> values = new LinkedHashMap<>();
    if (node != null) {
      for (Map.Entry<?, ?> entry : mapping(node, place).entrySet()) {
        String name = String.valueOf(entry.getKey());
        values.put(name, (String) scalar(String.class, entry.getValue(), join(place, name)));
      }
    }
    return values;
  }

  private Map<?, ?> mapping(Object node, String place) {
    if (node instanceof Map<?, ?> map) {
      return map;
    }
    throw wrong(place, "has keys, and is not " + node);
  }

  private Object scalar(Class<?> type, @Nullable Object node, String place) {
    if (!(node instanceof String text)) {
      throw wrong(place, "is one value, not " + node);
    }
    try {
      return parsed(type, text);
    } catch (IllegalArgumentException e) {
      throw wrong(place, String.valueOf(e.getMessage()));
    }
  }

  private static Object parsed(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    }
    if (type == int.class) {
      return whole(text);
    }
    if (type == double.class) {
      return Double.parseDouble(text);
    }
    if (type == Duration.class) {
      return Durations.parse(text);
    }
    if (type == Rate.class) {
      return Rate.parse(text);
    }
    return constant(type, text);
  }

  private static int whole(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is a whole number, not " + text, e);
    }
  }

  private static Object constant(Class<?> type, String text) {
    List<String> known = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(text)) {
        return constant;
      }
      known.add(name);
    }
    throw new IllegalArgumentException("is one of " + known + ", not " + text);
  }

  private static String join(String place, String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  private IllegalArgumentException wrong(String place, String what) {
    return new IllegalArgumentException(
        file + ": " + (place.isEmpty() ? what : place + " " + what));
  }
}
