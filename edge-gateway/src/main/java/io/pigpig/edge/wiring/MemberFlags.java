package io.pigpig.edge.wiring;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The JVM flags of the processes of a cluster on this machine: those of the JVM that starts them.
 * Their heap alone is smaller, as there are many of them, unless whoever started it all has said
 * what a heap is to be.
 */
final class MemberFlags {

  private static final List<String> HEAP = List.of("-Xms128m", "-Xmx512m");
  private static final Pattern OF_HEAP =
      Pattern.compile("-X(ms|mx|mn).*|-XX:(Initial|Max|Min)(Heap|RAM).*");

  private MemberFlags() {}

  /**
   * @param own flags of this JVM
   * @param asked what of them came from outside, separated by blanks: PIGPIG_JAVA_OPTS
   */
  static List<String> of(List<String> own, String asked) {
    boolean heapIsAsked = List.of(asked.strip().split("\\s+")).stream().anyMatch(isOfHeap());
    List<String> flags = new ArrayList<>(own);
    if (!heapIsAsked) {
      flags.removeIf(isOfHeap());
      flags.addAll(HEAP);
    }
    return List.copyOf(flags);
  }

  private static Predicate<String> isOfHeap() {
    return OF_HEAP.asMatchPredicate();
  }
}
