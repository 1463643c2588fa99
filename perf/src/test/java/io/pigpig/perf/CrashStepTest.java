package io.pigpig.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The crash points are those of the production code: no step that writes is left out. */
class CrashStepTest {

  private static final Path VERTICLES = Path.of("..", "verticles");

  private static final Pattern FUNCTION = Pattern.compile("CREATE (?:OR REPLACE )?FUNCTION (\\w+)");
  private static final Pattern WRITE =
      Pattern.compile(
          "((?:INSERT INTO|DELETE FROM|MERGE INTO|TRUNCATE) \\w+|UPDATE \\w+ SET \\w+)");

  /** The start of a peer's path, and what follows a key in it. */
  private static final Pattern PEER = Pattern.compile("\"(/[a-z0-9/]*[a-z0-9])");

  /** Functions that change nothing, and what they are for. */
  private static final Map<String, String> READS =
      Map.of("demand_of", "adds up the units of an order for the audit, which only reads");

  private static String mainSources(String suffix) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String module : List.of("order", "stock", "render", "shipping")) {
      try (Stream<Path> files = Files.walk(VERTICLES.resolve(module + "/src/main"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(suffix)).sorted().toList()) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString();
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /** What the program asks of Postgres, Redis and its peers, and what changes something there. */
  private static Set<String> steps() throws IOException {
    String java = mainSources(".java");
    Set<String> steps = new TreeSet<>();
    for (String function : found(FUNCTION, mainSources(".sql"))) {
      if (!READS.containsKey(function)
          && Pattern.compile("\\b" + function + "\\(").matcher(java).find()) {
        steps.add(function);
      }
    }
    steps.addAll(found(WRITE, java));
    steps.addAll(found(PEER, java));
    try (Stream<Path> files = Files.walk(VERTICLES.resolve("stock/src/main/resources"))) {
      files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".lua"))
          .forEach(steps::add);
    }
    return steps;
  }

  @Test
  void everyStepThatWritesIsACrashPoint() throws IOException {
    Set<String> steps = steps();
    assertThat(steps)
        .hasSizeGreaterThan(25)
        .contains("place_orders", "gate.lua", "/v1/charges", "/refund", "UPDATE saga SET due_at");
    List<String> missing = new ArrayList<>();
    for (String step : steps) {
      if (CrashStep.ALL.stream().noneMatch(point -> step.contains(point.name()))) {
        missing.add(step);
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyCrashPointIsAStepOfTheProgram() throws IOException {
    String sources = mainSources(".java");
    Set<String> steps = steps();
    for (CrashStep point : CrashStep.ALL) {
      assertThat(sources.contains(point.name()) || steps.contains(point.name()))
          .as(point.name())
          .isTrue();
    }
  }
}
