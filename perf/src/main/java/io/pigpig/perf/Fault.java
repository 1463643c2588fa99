package io.pigpig.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a stack under load.
 *
 * @param name for people and for the command line
 * @param killed the parts that are killed with {@code kill -9}, at once
 * @param crashAt the step at which the program ends itself, or null
 * @param when {@code before} or {@code after} that step
 */
record Fault(String name, List<String> killed, @Nullable CrashStep crashAt, String when) {

  static final Fault FLUSH = new Fault("flushall", List.of(), null, "");

  /** The program is stopped for twice its sagas' lease while another one works beside it. */
  static final Fault PAUSE = new Fault("pause", List.of(), null, "");

  /** The disk that holds the stores is full for a while. */
  static final Fault DISK = new Fault("disk", List.of(), null, "");

  /** Every flush of Postgres to its disk fails for a while. */
  static final Fault FSYNC = new Fault("fsync", List.of(), null, "");

  /** Every process of a cluster ends and starts again, one after the other. */
  static final Fault ROLL = new Fault("roll", List.of(), null, "");

  /** As a roll, to the next version and back: all processes of the cluster are replaced twice. */
  static final Fault UPGRADE = new Fault("upgrade", List.of(), null, "");

  /** Processes of {@code --cluster 2 --gateways 2}, in the order in which they roll. */
  static final List<String> MEMBERS =
      List.of("order-1", "order-2", "stock-1", "render-1", "gateway-1", "gateway-2");

  private static final List<Fault> OF_A_CLUSTER =
      Stream.concat(MEMBERS.stream().map(member -> kills(member, member)), Stream.of(ROLL, UPGRADE))
          .toList();

  private static final List<Fault> KILLS =
      List.of(
          kills("jvm", StackProcess.JVM),
          kills("postgres", StackProcess.POSTGRES),
          kills("redis", StackProcess.REDIS),
          kills("payment", StackProcess.PAYMENT),
          kills("carrier", StackProcess.CARRIER),
          kills("postgres+redis", StackProcess.POSTGRES, StackProcess.REDIS),
          kills("jvm+redis", StackProcess.JVM, StackProcess.REDIS),
          kills("jvm+payment", StackProcess.JVM, StackProcess.PAYMENT),
          kills("all", StackProcess.JVM, StackProcess.POSTGRES, StackProcess.REDIS),
          FLUSH,
          PAUSE,
          DISK,
          FSYNC);

  private static final String POINTS = "points";
  private static final String RANDOM = "random";

  static Fault kills(String name, String... parts) {
    return new Fault(name, List.of(parts), null, "");
  }

  /** Before and after every step. */
  private static List<Fault> points() {
    List<Fault> points = new ArrayList<>();
    for (CrashStep step : CrashStep.ALL) {
      for (String when : new String[] {"before", "after"}) {
        points.add(new Fault(when + " " + step.name(), List.of(), step, when));
      }
    }
    return points;
  }

  /**
   * The faults of a run: {@code rounds} times the one named, {@code points} for each crash point
   * once, or {@code random} for a seeded mixture of kills and crash points.
   *
   * @throws WrongCommandException when the name is unknown
   */
  static List<Fault> named(String name, int rounds, SplittableRandom random) {
    if (name.equals(POINTS)) {
      return points();
    }
    List<Fault> faults = new ArrayList<>();
    List<Fault> mixture = new ArrayList<>(KILLS);
    // These need a stack of another making, or strace.
    mixture.removeAll(List.of(PAUSE, DISK, FSYNC));
    List<Fault> points = points();
    for (int i = 0; i < rounds; i++) {
      if (name.equals(RANDOM)) {
        boolean isPoint = random.nextInt(4) == 0;
        List<Fault> choice = isPoint ? points : mixture;
        faults.add(choice.get(random.nextInt(choice.size())));
      } else {
        faults.add(one(name));
      }
    }
    return faults;
  }

  private static Fault one(String name) {
    return Stream.of(KILLS, OF_A_CLUSTER, points())
        .flatMap(List::stream)
        .filter(fault -> fault.name().equals(name.replace(':', ' ')))
        .findFirst()
        .orElseThrow(
            () -> {
              List<String> known = new ArrayList<>(KILLS.stream().map(Fault::name).toList());
              known.addAll(OF_A_CLUSTER.stream().map(Fault::name).toList());
              known.addAll(List.of(POINTS, RANDOM, "before:STEP", "after:STEP"));
              return new WrongCommandException("--kill " + name + "; known: " + known);
            });
  }

  /** Whether Postgres dies under a program that lives on. */
  boolean endsPostgresUnderTheJvm() {
    return killed.contains(StackProcess.POSTGRES) && !endsTheJvm();
  }

  boolean endsTheJvm() {
    return killed.contains(StackProcess.JVM) || crashAt != null;
  }

  /** Whether it is one of a process that only a cluster has. */
  boolean needsACluster() {
    return OF_A_CLUSTER.contains(this);
  }

  /** What has to be wrong for the program to come to its crash point. */
  CrashStep.Provocation provocation() {
    return crashAt == null ? CrashStep.Provocation.NONE : crashAt.provocation();
  }

  /** Flags of the program that is to crash. */
  List<String> jvmFlags() {
    return crashAt == null ? List.of() : crashAt.jvmFlags(when);
  }

  @Override
  public String toString() {
    return name.toLowerCase(Locale.ROOT);
  }
}
