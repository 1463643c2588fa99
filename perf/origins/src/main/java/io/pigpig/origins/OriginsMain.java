package io.pigpig.origins;

import io.pigpig.edge.Main;
import io.pigpig.edge.wiring.ClusterProcess.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ./edge up} of which some choices are switched back: {@code --origin NAME}, also several
 * times and as {@code --origin=NAME}, or {@code --origins all}; whatever else it is told is what
 * {@code ./edge up} knows.
 */
public final class OriginsMain {

  private static final int WRONG_COMMAND = 2;

  private OriginsMain() {}

  /** Exits as {@code ./edge up} does. */
  public static void main(String[] arguments) {
    List<String> names = new ArrayList<>();
    List<String> others = new ArrayList<>();
    Origins origins;
    try {
      split(arguments, names, others);
      origins = new Origins(Origin.named(names));
    } catch (IllegalArgumentException e) {
      System.err.println("edge: " + e.getMessage());
      System.exit(WRONG_COMMAND);
      return;
    }
    List<String> own = new ArrayList<>();
    names.forEach(name -> own.addAll(List.of("--origin", name)));
    List<String> all = new ArrayList<>(origins.arguments());
    all.addAll(others);
    Main.start(
        all.toArray(String[]::new),
        origins.choices(),
        new Program(OriginsMain.class.getName(), own));
  }

  /**
   * @param names of origins
   * @param others all other words
   * @throws IllegalArgumentException when a name is missing
   */
  static void split(String[] arguments, List<String> names, List<String> others) {
    for (int i = 0; i < arguments.length; i++) {
      String[] words = arguments[i].split("=", 2);
      if (!words[0].equals("--origin") && !words[0].equals("--origins")) {
        others.add(arguments[i]);
      } else if (words.length == 2) {
        names.addAll(List.of(words[1].split(",", -1)));
      } else if (i + 1 < arguments.length) {
        i++;
        names.addAll(List.of(arguments[i].split(",", -1)));
      } else {
        throw new IllegalArgumentException("flag " + arguments[i] + " has no value");
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("--origin must name what is switched back, or all");
    }
  }
}
