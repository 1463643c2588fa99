package io.pigpig.runtime.stores;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A program of ours that is kept running beside the stores, in a JVM of its own on the class path
 * of this one.
 *
 * @param name of its log and its port in the data folder, such as {@code sandbox-payment}
 * @param environment beside that of this JVM
 * @param arguments given the port of the loopback interface that it is to listen on
 * @param health the path that answers 200 on that port once it serves
 * @param drain how long it is given to end by itself
 */
public record OwnProgram(
    String name,
    List<String> jvmFlags,
    String mainClass,
    Map<String, String> environment,
    IntFunction<List<String>> arguments,
    String health,
    Duration drain) {

  public OwnProgram {
    jvmFlags = List.copyOf(jvmFlags);
    environment = Map.copyOf(environment);
  }
}
