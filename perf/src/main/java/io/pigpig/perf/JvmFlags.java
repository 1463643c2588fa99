package io.pigpig.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The flags another JVM was started with, so that a reference program runs with the same ones. */
final class JvmFlags {

  private JvmFlags() {}

  static List<String> ofProcess(long pid) throws IOException {
    return ofCommand(
        List.of(Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0", -1)));
  }

  /** Leaves out the class path, what names files of that program, and its own properties. */
  static List<String> ofCommand(List<String> command) {
    List<String> flags = new ArrayList<>();
    for (int i = 1; i < command.size(); i++) {
      String word = command.get(i);
      if (word.equals("-jar") || !word.startsWith("-")) {
        return flags;
      }
      if (word.equals("-cp") || word.equals("-classpath") || word.equals("--class-path")) {
        i++;
      } else if (!isOfThatProgram(word)) {
        flags.add(word);
      }
    }
    return flags;
  }

  private static boolean isOfThatProgram(String flag) {
    return flag.startsWith("-Dpigpig")
        || flag.startsWith("-Dlogback")
        || flag.startsWith("-Djava.io.tmpdir")
        || flag.startsWith("-XX:AOT")
        || flag.startsWith("-XX:SharedArchiveFile")
        || flag.startsWith("-javaagent");
  }
}
