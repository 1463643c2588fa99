package io.pigpig.perf;

import io.pigpig.perf.report.Comparison;
import io.pigpig.perf.report.Comparison.Sample;
import io.pigpig.perf.report.ComparisonReport;
import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.RunRecord;
import io.pigpig.perf.report.RunRecord.Leg;
import io.pigpig.perf.report.RunRecordJson;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Sets two sides against each other, from the JSON that runs left behind, and loads nothing.
 *
 * <ul>
 *   <li>{@code --a FILE --b FILE}: B is judged against A, such as after against before. Their
 *       rounds did not run in turn, which the report says.
 *   <li>{@code --a FILE} alone: two sides of one run, whose rounds are pairs when they ran in turn.
 *   <li>{@code --side-a NAME --side-b NAME}: which sides. Of one run A is by default the last side,
 *       which is its reference, and B the first; of two runs A is the first side of its run, and B
 *       the side of the same name.
 *   <li>{@code --gate cpu,p99}: a violation, so exit 1, when one of these is worse beyond noise.
 *       Without it the report decides nothing and the exit is 0. Few rounds or a difference within
 *       noise stop nobody.
 * </ul>
 */
final class Compare implements Scenario {

  @Override
  public String about() {
    return "Which of two sides or runs is better, and is the difference more than noise?";
  }

  @Override
  public Set<String> options() {
    return Set.of("a", "b", "side-a", "side-b", "gate");
  }

  @Override
  public Report run(Setup setup) throws IOException {
    PerfOptions options = setup.options();
    RunRecord a = read("a", options.text("a", ""));
    boolean one = options.text("b", "").isEmpty();
    RunRecord b = one ? a : read("b", options.text("b", ""));
    if (!a.scenario().equals(b.scenario())) {
      throw new WrongCommandException(
          "A is a run of " + a.scenario() + " and B of " + b.scenario() + ": nothing to compare");
    }
    List<String> sidesOfA = sides(a);
    List<String> sidesOfB = sides(b);
    String sideA = options.text("side-a", one ? sidesOfA.getLast() : sidesOfA.getFirst());
    String alike = sidesOfB.contains(sideA) ? sideA : sidesOfB.getFirst();
    String sideB = options.text("side-b", one ? sidesOfB.getFirst() : alike);
    if (one && sideA.equals(sideB)) {
      throw new WrongCommandException(
          "one side, " + sideA + ", cannot be compared with itself; give --b FILE as well");
    }
    return report(
        new Sample(a, sideA, label("A", sideA, a)),
        new Sample(b, sideB, label("B", sideB, b)),
        gates(options));
  }

  /** Both say of a side, or of a gate, which there are. */
  private static Report report(Sample a, Sample b, List<String> gates) {
    try {
      return new ComparisonReport(Comparison.of(a, b), a.run().where(), b.run().where(), gates);
    } catch (IllegalArgumentException e) {
      throw WrongCommandException.because(e);
    }
  }

  private static RunRecord read(String option, String file) throws IOException {
    if (file.isEmpty()) {
      throw new WrongCommandException("compare needs --" + option + " FILE, a run's JSON");
    }
    try {
      return RunRecordJson.read(new JsonObject(Files.readString(Path.of(file))));
    } catch (NoSuchFileException e) {
      throw new WrongCommandException("there is no file " + file, e);
    } catch (DecodeException | IllegalArgumentException e) {
      throw new WrongCommandException(file + " is no run with rounds: " + e.getMessage(), e);
    }
  }

  private static List<String> sides(RunRecord run) {
    List<String> sides = run.legs().stream().map(Leg::side).distinct().toList();
    if (sides.isEmpty()) {
      throw new WrongCommandException(run.scenario() + " has no rounds to compare");
    }
    return sides;
  }

  private static String label(String letter, String side, RunRecord run) {
    return letter + ": " + side + " at " + run.where().commit();
  }

  private static List<String> gates(PerfOptions options) {
    return Stream.of(options.text("gate", "").split(","))
        .map(String::strip)
        .filter(key -> !key.isEmpty())
        .toList();
  }
}
