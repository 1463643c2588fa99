package io.pigpig.policy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of the repository, file by file: what no formatter judges. Works without git, so it
 * walks the folder and leaves out what is never committed.
 */
final class SourceTree {

  private static final Set<String> NOT_OURS =
      Set.of(".git", "target", "data", ".idea", ".vscode", "node_modules", "planted-text");
  private static final Pattern TEXT =
      Pattern.compile(".*\\.(java|xml|md|yaml|yml|proto|sql|lua|sh|json|properties|html|js|css)");
  private static final Set<String> GOALS =
      Set.of("verify", "test", "compile", "package", "clean", "spotless:apply", "spotless:check");
  private static final Pattern MACHINE_PATH =
      Pattern.compile("(?<![\\w./$}-])/(home|Users|root|work)/[\\w.-]+");
  private static final Pattern UNREASONED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b(?!: \\w+)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
  private static final Pattern QUOTED_PATH = Pattern.compile("`([\\w.-]+(?:/[\\w.-]+)+/?)`");
  private static final Pattern EDGE = Pattern.compile("\\./edge ([a-z]+)");
  private static final Pattern MAVEN = Pattern.compile("\\./mvnw([^`\\n;&|]*)");

  private final Path root;
  private final List<String> violations = new ArrayList<>();

  private SourceTree(Path root) {
    this.root = root;
  }

  /** One line per violation, {@code path:line: what}, of every text file under {@code root}. */
  static List<String> violations(Path root) throws IOException {
    SourceTree tree = new SourceTree(root);
    for (Path file : files(root)) {
      tree.judge(file);
    }
    return List.copyOf(tree.violations);
  }

  /** Every text file that could be committed. */
  static List<Path> files(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            boolean leave = !dir.equals(root) && NOT_OURS.contains(dir.getFileName().toString());
            return leave ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (TEXT.matcher(file.getFileName().toString()).matches()) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  private void judge(Path file) throws IOException {
    List<String> lines = Files.readString(file).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String at = root.relativize(file) + ":" + (i + 1) + ": ";
      line(lines.get(i), at);
      if (file.toString().endsWith(".java")) {
        java(lines.get(i), at);
      }
      if (file.toString().endsWith(".md")) {
        document(lines.get(i), at, file);
      }
    }
  }

  private void line(String line, String at) {
    when(!line.stripTrailing().equals(line), at + "trailing whitespace");
    when(MACHINE_PATH.matcher(line).find(), at + "a path of one machine");
    when(UNREASONED.matcher(line).find(), at + "put-off work without a reason");
  }

  private void java(String line, String at) {
    when(line.indexOf('\t') >= 0, at + "tab");
    boolean importLine = line.startsWith("import ") || line.startsWith("package ");
    when(line.length() > 100 && !importLine, at + "longer than 100 columns: " + line.length());
    when(line.strip().startsWith("@" + "Disabled"), at + "a test that does not run");
  }

  private void document(String line, String at, Path file) throws IOException {
    for (Matcher link = LINK.matcher(line); link.find(); ) {
      String target = link.group(1);
      boolean ours = !target.contains("://") && !target.startsWith("mailto:");
      when(ours && !Files.exists(file.resolveSibling(target)), at + "no such file: " + target);
    }
    for (Matcher path = QUOTED_PATH.matcher(line); path.find(); ) {
      when(isDangling(path.group(1), file), at + "no such path: " + path.group(1));
    }
    for (Matcher edge = EDGE.matcher(line); edge.find(); ) {
      when(!edgeKnows(edge.group(1)), at + "no such command: ./edge " + edge.group(1));
    }
    for (Matcher maven = MAVEN.matcher(line); maven.find(); ) {
      goals(maven.group(1).strip(), at);
    }
  }

  /** A path is one when its first name exists here or at the root; then all of it must. */
  private boolean isDangling(String path, Path file) {
    String first = path.substring(0, path.indexOf('/'));
    if (NOT_OURS.contains(first)) {
      return false;
    }
    boolean looksOurs =
        Files.exists(root.resolve(first)) || Files.exists(file.resolveSibling(first));
    boolean exists = Files.exists(root.resolve(path)) || Files.exists(file.resolveSibling(path));
    return looksOurs && !exists;
  }

  private boolean edgeKnows(String command) throws IOException {
    Path edge = root.resolve("edge");
    // Until the script exists its commands cannot be judged.
    return !Files.exists(edge)
        || Pattern.compile("\\b" + command + "\\b").matcher(Files.readString(edge)).find();
  }

  private void goals(String arguments, String at) {
    String previous = "";
    for (String word : arguments.split("[\\s\"')]+", -1)) {
      boolean goal = word.matches("[a-z]+(:[a-z-]+)?") && !previous.matches("-(pl|P|f|rf|T)");
      if (goal) {
        when(!GOALS.contains(word), at + "no such goal: ./mvnw " + word);
      }
      previous = word.startsWith("-") ? word : previous;
      if (goal) {
        return;
      }
    }
  }

  private void when(boolean broken, String violation) {
    if (broken) {
      violations.add(violation);
    }
  }
}
