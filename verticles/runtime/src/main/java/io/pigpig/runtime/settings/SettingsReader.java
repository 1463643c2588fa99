package io.pigpig.runtime.settings;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Reads typed settings records from names and texts.
 *
 * <p>A record component that is itself a record is a section. Every other component carries {@link
 * Setting}. A name that no component has is an error, so that a misspelt setting is never silently
 * without effect.
 */
public final class SettingsReader {

  /** One setting as declared: its full name, type and annotation. */
  public record Declared(String name, Class<?> type, Setting setting) {}

  private SettingsReader() {}

  /**
   * Builds {@code type} from the texts of {@code values}, defaults elsewhere.
   *
   * @throws SettingsException naming the setting that is unknown, unreadable or out of range
   */
  public static <T extends Record> T read(Class<T> type, Map<String, String> values) {
    Map<String, Declared> declared = declared(type);
    for (String name : values.keySet()) {
      if (!declared.containsKey(name)) {
        throw new SettingsException(
            "unknown setting " + name + nearest(name, declared.keySet().stream().toList()));
      }
    }
    return type.cast(build(type, "", values));
  }

  /** Every setting of {@code type} by full name, in the order of declaration. */
  public static SequencedMap<String, Declared> declared(Class<? extends Record> type) {
    SequencedMap<String, Declared> all = new LinkedHashMap<>();
    collect(type, "", all);
    return all;
  }

  /** The environment variable of a setting: {@code server.port} is {@code PIGPIG_SERVER_PORT}. */
  public static String environmentName(String settingName) {
    return "PIGPIG_" + settingName.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private static void collect(Class<?> type, String prefix, Map<String, Declared> into) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = prefix + kebab(component.getName());
      if (component.getType().isRecord()) {
        collect(component.getType(), name + ".", into);
      } else {
        into.put(name, new Declared(name, component.getType(), annotation(component)));
      }
    }
  }

  private static Setting annotation(RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException("no @Setting on " + component);
    }
    return setting;
  }

  private static Object build(Class<?> type, String prefix, Map<String, String> values) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String name = prefix + kebab(components[i].getName());
      arguments[i] =
          types[i].isRecord()
              ? build(types[i], name + ".", values)
              : value(new Declared(name, types[i], annotation(components[i])), values);
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new SettingsException(
          ("settings " + prefix).replaceAll("[. ]$", "") + ": " + cause.getMessage());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object value(Declared declared, Map<String, String> values) {
    String text = values.getOrDefault(declared.name(), declared.setting().byDefault());
    try {
      return parse(declared, text.strip());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new SettingsException(
          "setting " + declared.name() + " cannot be \"" + text + "\": " + e.getMessage());
    }
  }

  private static Object parse(Declared declared, String text) {
    Class<?> type = declared.type();
    Setting setting = declared.setting();
    if (type == int.class) {
      return Math.toIntExact(inRange(number(text), setting, ""));
    }
    if (type == long.class) {
      return inRange(number(text), setting, "");
    }
    if (type == Duration.class) {
      Duration duration = duration(text);
      inRange(duration.toMillis(), setting, " ms");
      return duration;
    }
    if (type == boolean.class) {
      return onOff(text);
    }
    if (type == String.class) {
      return text;
    }
    if (type.isEnum()) {
      return constant(type, text);
    }
    throw new IllegalStateException("no setting can be a " + type);
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text.replace("_", ""));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a whole number", e);
    }
  }

  private static long inRange(long value, Setting setting, String unit) {
    if (value < setting.min() || value > setting.max()) {
      throw new IllegalArgumentException(
          "must be " + setting.min() + " to " + setting.max() + unit);
    }
    return value;
  }

  private static Duration duration(String text) {
    String digits = text.replaceAll("[a-z]+$", "");
    String unit = text.substring(digits.length());
    if (digits.isEmpty()) {
      throw noDuration();
    }
    long amount = number(digits);
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> throw noDuration();
    };
  }

  private static IllegalArgumentException noDuration() {
    return new IllegalArgumentException("a duration is written 250ms, 5s, 15m or 24h");
  }

  private static boolean onOff(String text) {
    return switch (text) {
      case "on", "true" -> true;
      case "off", "false" -> false;
      default -> throw new IllegalArgumentException("must be on or off");
    };
  }

  private static Object constant(Class<?> type, String text) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(text)) {
        return constant;
      }
      names.add(name);
    }
    throw new IllegalArgumentException("must be one of " + String.join(", ", names));
  }

  private static String kebab(String camel) {
    return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** What a misspelt name may have meant, as a remark to append to a message. */
  public static String nearest(String name, List<String> known) {
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= 3)
        .min((a, b) -> Integer.compare(distance(name, a), distance(name, b)))
        .map(candidate -> " (did you mean " + candidate + "?)")
        .orElse(" (conf/reference.yaml lists them all)");
  }

  /** Levenshtein distance, one row at a time. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
