package io.pigpig.perf.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The scenarios of a folder, one a YAML file, by the names of the files. */
public record ScenarioFolder(Path path) {

  private static final String SUFFIX = ".yaml";

  public List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    }
  }

  /** Throws IllegalArgumentException in one line that names file, place and value. */
  public ScenarioFile read(String name) throws IOException {
    Path file = path.resolve(name + SUFFIX);
    return StrictYaml.read(
        file.getFileName().toString(), Files.readString(file), ScenarioFile.class);
  }
}
