package io.pigpig.perf;

import java.nio.file.Path;

/** One question asked of a stack; answers with a report, never with a printed opinion. */
@FunctionalInterface
interface Scenario {

  /** What every scenario is given: the repository, its options, and where it tells its progress. */
  record Setup(Path root, PerfOptions options, Machine machine) {

    void progress(String line) {
      System.out.println("  " + line);
    }

    StackProcess stack(Path data) {
      return new StackProcess(
          root,
          data,
          new StackProcess.Ports(
              options.number("port", 18_080), options.number("management-port", 18_081)));
    }
  }

  Report run(Setup setup) throws Exception;
}
