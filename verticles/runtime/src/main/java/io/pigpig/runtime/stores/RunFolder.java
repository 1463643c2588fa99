package io.pigpig.runtime.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What runs on a data folder, as the files of its folder {@code run} say: {@code NAME.process}
 * which process it is and {@code NAME.restarts} how often it was started again, by whoever started
 * it; {@code NAME.port} where a store listens; {@code NAME.serving} where a process of ours serves,
 * by itself. Blocking; any thread.
 */
public final class RunFolder {

  static final String PROCESS = ".process";
  static final String RESTARTS = ".restarts";
  static final String PORT = ".port";
  private static final String SERVING = ".serving";

  /** The JVM that holds the folder; what it serves, if anything, is said under another name. */
  private static final String HOLDER = "jvm";

  /**
   * Where a process serves.
   *
   * @param host that its management port listens on
   * @param http 0 for a role without an edge
   */
  public record Serving(String role, String host, int http, int grpc, int management) {

    private String text() {
      return role + " " + host + " " + http + " " + grpc + " " + management;
    }
  }

  /** What was said of a process by itself. */
  private record Said(ProcessRecord process, Serving serving) {}

  /** How far a process is. */
  public enum Life {
    /** It has not said yet where it serves. */
    STARTING,
    RUNNING,
    /** It is not there, and has not taken its leave. */
    ENDED
  }

  /**
   * One process.
   *
   * @param started when it was
   * @param port of a store or peer; 0 where {@code serving} says more, or nobody does
   * @param serving of a process of ours
   */
  public record Entry(
      String name,
      long pid,
      Instant started,
      Life life,
      int restarts,
      int port,
      Optional<Serving> serving) {}

  private final Path data;
  private final Path run;

  private RunFolder(Path data) {
    this.data = data;
    this.run = data.resolve("run");
  }

  /** That of a data folder, which need not be there. */
  public static RunFolder of(Path data) {
    return new RunFolder(data.toAbsolutePath().normalize());
  }

  /** Says where this process serves; nothing in a data folder that is not there. */
  public void serves(String name, Serving serving) throws IOException {
    if (Files.isDirectory(data)) {
      Files.createDirectories(run);
      ProcessRecord own = ProcessRecord.of(ProcessHandle.current());
      Files.writeString(
          file(name, SERVING), own.pid() + " " + own.startedMillis() + " " + serving.text());
    }
  }

  /** Takes back what {@link #serves} said. */
  public void leaves(String name) throws IOException {
    Files.deleteIfExists(file(name, SERVING));
  }

  /** Every process that the folder knows of, by name; none when there is no such folder. */
  public List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (String name : names()) {
      entry(name).ifPresent(entries::add);
    }
    return entries;
  }

  private SortedSet<String> names() throws IOException {
    SortedSet<String> names = new TreeSet<>();
    if (!Files.isDirectory(run)) {
      return names;
    }
    try (var files = Files.list(run)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(PROCESS) || name.endsWith(SERVING))
          .forEach(name -> names.add(name.substring(0, name.lastIndexOf('.'))));
    }
    names.remove(HOLDER);
    return names;
  }

  private Optional<Entry> entry(String name) throws IOException {
    Optional<ProcessRecord> started = ProcessRecord.read(file(name, PROCESS));
    Optional<Said> said = said(name);
    ProcessRecord process = started.or(() -> said.map(Said::process)).orElse(null);
    if (process == null) {
      return Optional.empty();
    }
    boolean spoke = said.filter(s -> s.process().pid() == process.pid()).isPresent();
    Life life = spoke || isStoreOrPeer(name) ? Life.RUNNING : Life.STARTING;
    return Optional.of(
        new Entry(
            name,
            process.pid(),
            Instant.ofEpochMilli(process.startedMillis()),
            isAlive(process) ? life : Life.ENDED,
            number(file(name, RESTARTS)),
            number(file(name, PORT)),
            said.map(Said::serving)));
  }

  /** They are there once they are recorded, or nearly, and say nothing themselves. */
  static boolean isStoreOrPeer(String name) {
    return name.equals("postgres")
        || name.equals("redis")
        || name.startsWith(EmbeddedStores.SANDBOX + "-");
  }

  private static boolean isAlive(ProcessRecord process) {
    return ProcessHandle.of(process.pid())
        .filter(process::isOf)
        // One that has ended and was not waited for has no command any more.
        .flatMap(handle -> handle.info().command())
        .isPresent();
  }

  /** Nothing where the file is absent, or is being written. */
  private Optional<Said> said(String name) throws IOException {
    try {
      String[] words = Files.readString(file(name, SERVING)).strip().split(" ", -1);
      return Optional.of(
          new Said(
              new ProcessRecord(Long.parseLong(words[0]), Long.parseLong(words[1])),
              new Serving(
                  words[2],
                  words[3],
                  Integer.parseInt(words[4]),
                  Integer.parseInt(words[5]),
                  Integer.parseInt(words[6]))));
    } catch (NoSuchFileException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static int number(Path file) throws IOException {
    try {
      return Integer.parseInt(Files.readString(file).strip());
    } catch (NoSuchFileException | NumberFormatException e) {
      return 0;
    }
  }

  private Path file(String name, String suffix) {
    return run.resolve(name + suffix);
  }
}
