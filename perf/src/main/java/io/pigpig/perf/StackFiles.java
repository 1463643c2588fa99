package io.pigpig.perf;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What a running stack leaves in its data folder about its processes and stores. */
record StackFiles(Path data) {

  private static final String PROCESS = ".process";

  /** The pid in {@code run/NAME.process} (pid and start time) or {@code run/NAME.pid}. */
  OptionalLong pid(String name) {
    for (String suffix : new String[] {PROCESS, ".pid"}) {
      try {
        String words = Files.readString(data.resolve("run/" + name + suffix)).strip();
        return OptionalLong.of(Long.parseLong(words.split("\\s", 2)[0]));
      } catch (IOException | NumberFormatException absentOrTorn) {
        // The next name may have it; the caller is told when none has.
      }
    }
    return OptionalLong.empty();
  }

  /** The names of all processes whose pids are recorded; none when there is no such folder. */
  List<String> processes() {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(data.resolve("run"), "*" + PROCESS)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        names.add(name.substring(0, name.length() - PROCESS.length()));
      }
    } catch (IOException | DirectoryIteratorException gone) {
      // Of a stack that has not begun, or has ended.
    }
    return names;
  }

  /** The embedded Postgres: {@code run/postgres.url}, or its port and password files. */
  String postgresUrl() throws IOException {
    Path url = data.resolve("run/postgres.url");
    if (Files.exists(url)) {
      return Files.readString(url).strip();
    }
    String password = Files.readString(data.resolve("postgres.password")).strip();
    return "postgresql://pigpig:" + password + "@127.0.0.1:" + port("postgres") + "/pigpig";
  }

  /** Where a part of a running stack listens. */
  String url(String scheme, String part) throws IOException {
    return scheme + "://127.0.0.1:" + port(part);
  }

  /** What a store says. */
  Path log(String store) {
    return data.resolve("run/" + store + ".log");
  }

  int port(String store) throws IOException {
    return Integer.parseInt(Files.readString(data.resolve("run/" + store + ".port")).strip());
  }
}
