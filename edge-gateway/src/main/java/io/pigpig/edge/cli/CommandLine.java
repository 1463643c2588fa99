package io.pigpig.edge.cli;

import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.settings.SettingsReader.Declared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * What a start was asked for: settings by full name, collected from flags, environment and files.
 *
 * <p>A flag wins over the environment, the environment over files, a later file over an earlier
 * one; what none of them says has its default. Names that no setting has are refused here, with the
 * place they stand at; values are judged by {@link SettingsReader}.
 *
 * @param values for {@link SettingsReader#read}
 * @param help whether only {@link #help} was asked for
 */
public record CommandLine(Map<String, String> values, boolean help) {

  /** No setting: flags for the JVM, which the edge script reads. */
  public static final String JAVA_OPTIONS = "PIGPIG_JAVA_OPTS";

  private static final String ENVIRONMENT_PREFIX = "PIGPIG_";

  private static final String FILE_FLAG = "conf";

  /** Flags short enough to type, and the settings they stand for. */
  private static final Map<String, String> SHORT =
      Map.of(
          "port", "server.port",
          "management-port", "management.port",
          "grpc-port", "grpc.port",
          "cluster", "process.cluster",
          "cluster-bus", "process.cluster-bus",
          "gateways", "process.gateways",
          "data", "stores.data",
          "pg", "stores.postgres-url",
          "redis", "stores.redis-url");

  public CommandLine {
    values = Map.copyOf(values);
  }

  /**
   * Reads a command line.
   *
   * @param environment of the process; only names that begin with PIGPIG_ are looked at
   * @param settings the record that says which settings there are
   * @throws UsageException with one line that names what is wrong and where
   */
  public static CommandLine parse(
      String[] arguments, Map<String, String> environment, Class<? extends Record> settings) {
    Arguments.Split split = Arguments.split(arguments);
    if (split.help()) {
      return new CommandLine(Map.of(), true);
    }
    SequencedMap<String, Declared> declared = SettingsReader.declared(settings);
    Map<String, String> flags = new LinkedHashMap<>();
    Map<String, String> values = new LinkedHashMap<>();
    for (Arguments.Flag flag : split.flags()) {
      if (flag.name().equals(FILE_FLAG)) {
        values.putAll(file(Path.of(flag.value()), declared));
      } else {
        String setting = settingOf(flag.name(), declared);
        if (flags.put(setting, flag.value()) != null) {
          throw new UsageException("flag --" + flag.name() + " says " + setting + " a second time");
        }
      }
    }
    values.putAll(environment(environment, declared));
    values.putAll(flags);
    return new CommandLine(values, false);
  }

  private static Map<String, String> file(Path file, SequencedMap<String, Declared> declared) {
    Map<String, String> values = SettingsFile.read(file);
    for (String name : values.keySet()) {
      if (!declared.containsKey(name)) {
        throw new UsageException(
            "settings file "
                + file
                + ": unknown setting "
                + name
                + SettingsReader.nearest(name, List.copyOf(declared.keySet())));
      }
    }
    return values;
  }

  private static Map<String, String> environment(
      Map<String, String> environment, SequencedMap<String, Declared> declared) {
    Map<String, String> names = new LinkedHashMap<>();
    declared.keySet().forEach(name -> names.put(SettingsReader.environmentName(name), name));
    Map<String, String> values = new LinkedHashMap<>();
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(ENVIRONMENT_PREFIX) && !variable.equals(JAVA_OPTIONS)) {
            String name = names.get(variable);
            if (name == null) {
              throw new UsageException(
                  "unknown environment variable "
                      + variable
                      + SettingsReader.nearest(variable, List.copyOf(names.keySet())));
            }
            values.put(name, value);
          }
        });
    return values;
  }

  private static String settingOf(String flag, SequencedMap<String, Declared> declared) {
    String name = flag.equals("role") ? role(declared) : SHORT.getOrDefault(flag, flag);
    if (declared.containsKey(name)) {
      return name;
    }
    List<String> known = new ArrayList<>(declared.keySet());
    known.addAll(SHORT.keySet());
    known.addAll(List.of("role", FILE_FLAG, "help"));
    throw new UsageException("unknown flag --" + flag + SettingsReader.nearest(flag, known));
  }

  /** The setting that says which part this process plays, whatever section it stands in. */
  private static String role(SequencedMap<String, Declared> declared) {
    return declared.keySet().stream()
        .filter(name -> name.equals("role") || name.endsWith(".role"))
        .findFirst()
        .orElse("role");
  }

  /** Every flag with its default and meaning. */
  public static String help(Class<? extends Record> settings) {
    StringBuilder text =
        new StringBuilder("Usage: ./edge up [--conf FILE]... [--SETTING VALUE]...\n\n");
    text.append(
        "A flag wins over the environment (PIGPIG_SERVER_PORT), which wins over files.\n\n");
    SequencedMap<String, Declared> declared = SettingsReader.declared(settings);
    declared.forEach(
        (name, setting) -> {
          String shorter = shortFlags(name, declared).reduce("", (a, b) -> a + ", --" + b);
          text.append("  --").append(name).append(shorter);
          text.append("  (").append(setting.setting().byDefault()).append(")\n");
          text.append("      ").append(setting.setting().about()).append('\n');
        });
    return text.toString();
  }

  private static Stream<String> shortFlags(String name, SequencedMap<String, Declared> declared) {
    Stream<String> role = name.equals(role(declared)) ? Stream.of("role") : Stream.empty();
    return Stream.concat(
        role,
        SHORT.entrySet().stream()
            .filter(entry -> entry.getValue().equals(name))
            .map(Map.Entry::getKey));
  }
}
