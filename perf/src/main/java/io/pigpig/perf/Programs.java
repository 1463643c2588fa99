package io.pigpig.perf;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A place that a cluster starts its programs from: a link to a checkout, which can be pointed at
 * another one while they run, as an operator replaces the files of a release.
 *
 * @param link what programs are started from
 * @param before the checkout of the version before
 * @param after the checkout of this version
 */
record Programs(Path link, Path before, Path after) {

  /** Begins with the version before. */
  static Programs in(Path folder, Path before, Path after) throws IOException {
    Programs programs =
        new Programs(folder.resolve("current"), before.toRealPath(), after.toRealPath());
    programs.pointAt(programs.before());
    return programs;
  }

  /** From here on what starts is of {@code checkout}. */
  void pointAt(Path checkout) throws IOException {
    Path next = link.resolveSibling("next");
    Files.createSymbolicLink(next, checkout);
    Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Throws IOException unless the process has a jar of {@code checkout} open. */
  void mustRun(long pid, Path checkout) throws IOException {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : open) {
        if (Files.isSymbolicLink(file) && isJarOf(Files.readSymbolicLink(file), checkout)) {
          return;
        }
      }
    }
    throw new IOException("process " + pid + " does not run " + checkout);
  }

  private static boolean isJarOf(Path file, Path checkout) {
    return file.startsWith(checkout) && file.toString().endsWith(".jar");
  }
}
