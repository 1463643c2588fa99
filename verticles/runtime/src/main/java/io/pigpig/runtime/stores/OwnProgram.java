package io.pigpig.runtime.stores;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A program of ours that is kept running beside the stores, in a JVM of its own on the class path
 * of this one.
 *
 * @param kind programs of one kind are stopped at once, the kinds one after the other
 * @param name of its log and its port in the data folder, such as {@code sandbox-payment}
 * @param arguments given the port of the loopback interface that it is to listen on
 * @param health the path that answers 200 on that port once it serves
 * @param drain how long it is given to end by itself
 */
public record OwnProgram(
    String kind,
    String name,
    Jvm jvm,
    IntFunction<List<String>> arguments,
    String health,
    Duration drain) {

  /**
   * What runs it.
   *
   * @param environment beside that of this JVM; what is secret belongs here, not in the arguments
   */
  public record Jvm(List<String> flags, String mainClass, Map<String, String> environment) {

    public Jvm {
      flags = List.copyOf(flags);
      environment = Map.copyOf(environment);
    }
  }

  /**
   * What became of a program that was told to stop.
   *
   * @param exitCode 0 when it drained
   */
  public record Ended(String name, Duration took, int exitCode) {}
}
