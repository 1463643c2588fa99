package io.pigpig.runtime.settings;

import io.pigpig.runtime.settings.SettingsReader.Declared;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the reference of all settings: YAML with every default, range and meaning. */
public final class SettingsReference {

  private SettingsReference() {}

  /** The text of {@code conf/reference.yaml} for {@code type}. */
  public static String yaml(Class<? extends Record> type) {
    StringBuilder out =
        new StringBuilder(
            "# Every setting with its default. Generated from the settings records; a test fails on"
                + " drift.\n# The environment variable of a setting stands behind it.\n");
    String section = "";
    for (Declared declared : SettingsReader.declared(type).values()) {
      int dot = declared.name().indexOf('.');
      String itsSection = declared.name().substring(0, dot);
      if (!itsSection.equals(section)) {
        section = itsSection;
        out.append('\n').append(section).append(":\n");
      }
      out.append("  # ").append(declared.setting().about()).append('\n');
      out.append("  # ").append(range(declared)).append("; ");
      out.append(SettingsReader.environmentName(declared.name())).append('\n');
      out.append("  ").append(declared.name().substring(dot + 1)).append(": ");
      out.append(quoted(declared.setting().byDefault())).append('\n');
    }
    return out.toString();
  }

  private static String range(Declared declared) {
    Class<?> type = declared.type();
    Setting setting = declared.setting();
    if (type == Duration.class) {
      return "duration, " + setting.min() + " to " + setting.max() + " ms";
    }
    if (type == int.class || type == long.class) {
      return "whole number, " + setting.min() + " to " + setting.max();
    }
    if (type == boolean.class) {
      return "on or off";
    }
    if (type.isEnum()) {
      return Stream.of(type.getEnumConstants())
          .map(c -> ((Enum<?>) c).name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    return "text";
  }

  private static String quoted(String text) {
    boolean plain =
        text.matches("[A-Za-z0-9][A-Za-z0-9._-]*") && !text.matches("on|off|true|false");
    return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
