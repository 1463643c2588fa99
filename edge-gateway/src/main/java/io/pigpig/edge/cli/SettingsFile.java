package io.pigpig.edge.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** Reads a YAML file of settings into full names and texts. At most 1 MiB. Blocking. */
final class SettingsFile {

  private static final long BYTES_MAX = 1 << 20;

  private SettingsFile() {}

  /**
   * @throws UsageException naming the file, and the line where it cannot be read
   */
  static Map<String, String> read(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new UsageException("settings file " + file + " is larger than " + BYTES_MAX + " B");
      }
      Map<String, String> values = new LinkedHashMap<>();
      Object document = load(file, Files.readString(file));
      if (document != null) {
        flatten(file, "", document, values);
      }
      return values;
    } catch (NoSuchFileException e) {
      throw new UsageException("there is no settings file " + file);
    } catch (IOException e) {
      throw new UsageException("settings file " + file + " cannot be read: " + e.getMessage());
    }
  }

  /** Every scalar stays the text it is written as: the settings records know the types. */
  private static @Nullable Object load(Path file, String text) {
    LoadSettings settings = LoadSettings.builder().setSchema(new FailsafeSchema()).build();
    try {
      return new Load(settings).loadFromString(text);
    } catch (MarkedYamlEngineException e) {
      String line = e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
      throw new UsageException("settings file " + file + line + ": " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new UsageException("settings file " + file + " is no YAML");
    }
  }

  private static void flatten(Path file, String name, Object node, Map<String, String> into) {
    switch (node) {
      case Map<?, ?> section -> {
        for (var entry : section.entrySet()) {
          String key = String.valueOf(entry.getKey());
          Object value = entry.getValue() == null ? "" : entry.getValue();
          flatten(file, name.isEmpty() ? key : name + "." + key, value, into);
        }
      }
      case String text -> put(file, name, text, into);
      default ->
          throw new UsageException("settings file " + file + ": " + name + " must be one value");
    }
  }

  private static void put(Path file, String name, String text, Map<String, String> into) {
    if (name.isEmpty()) {
      throw new UsageException("settings file " + file + " must hold sections of settings");
    }
    into.put(name, text);
  }
}
