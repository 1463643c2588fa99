package io.pigpig.order;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The SQL that the adapters of orders and stock send: their string constants that are statements.
 */
final class AdapterSql {

  private static final String STATEMENT = "(?s)\\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\\s.*";

  private AdapterSql() {}

  /** By {@code Class.CONSTANT}. */
  static Map<String, String> statements() throws IOException, ReflectiveOperationException {
    Map<String, String> statements = new TreeMap<>();
    for (String module : List.of("order", "stock")) {
      Path sources = Path.of("..", module, "src/main/java/io/pigpig", module, "postgres");
      try (Stream<Path> files = Files.list(sources)) {
        for (Path file : files.sorted().toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          if (!name.equals("package-info")) {
            read(Class.forName("io.pigpig." + module + ".postgres." + name), statements);
          }
        }
      }
    }
    return statements;
  }

  private static void read(Class<?> type, Map<String, String> into) throws IllegalAccessException {
    for (Field field : type.getDeclaredFields()) {
      if (field.getType() == String.class && Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        String value = (String) field.get(null);
        if (value != null && value.matches(STATEMENT)) {
          into.put(type.getSimpleName() + "." + field.getName(), value);
        }
      }
    }
  }
}
