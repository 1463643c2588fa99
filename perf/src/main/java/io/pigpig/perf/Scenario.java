package io.pigpig.perf;

import io.pigpig.perf.report.Report;
import io.pigpig.perf.report.RunRecord.Where;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One question asked of a stack; answers with a report, never with a printed opinion. */
interface Scenario {

  /** What every scenario is given: the repository, its options, and where it tells its progress. */
  record Setup(Path root, PerfOptions options, Where where) {

    void progress(String line) {
      System.out.println("  " + line);
    }

    StackProcess stack(Path data, String... flags) {
      return new StackProcess(command(data, 0, List.of(flags)));
    }

    /**
     * @param further what is added to the ports, for a stack beside others
     */
    StackCommand command(Path data, int further, List<String> flags) {
      return StackCommand.up(root, data, ports(further), flags);
    }

    /** The same, with programs from another place. */
    Setup from(Path place) {
      return new Setup(place, options, where);
    }

    /** A second process on the stores and peers of another, on the next two ports. */
    StackProcess beside(StackProcess other, Path data, String... flags) throws IOException {
      StackFiles files = other.files();
      List<String> all = new ArrayList<>(List.of(flags));
      // Off by itself on stores of somebody else.
      all.addAll(List.of("--auth.development-issuer", "on"));
      all.addAll(List.of("--pg", files.postgresUrl()));
      all.addAll(List.of("--redis", files.url("redis", StackProcess.REDIS)));
      all.addAll(List.of("--payment.url", files.url("http", StackProcess.PAYMENT)));
      all.addAll(List.of("--carrier.url", files.url("http", StackProcess.CARRIER)));
      return new StackProcess(command(data, 2, all), files);
    }

    private StackCommand.Ports ports(int further) {
      return new StackCommand.Ports(
          options.port("port", 18_080) + further,
          options.port("management-port", 18_081) + further,
          options.port("grpc-port", 18_090) + further);
    }
  }

  /** What it asks, in one sentence. */
  String about() throws IOException;

  /** The names of the options that it knows. */
  Set<String> options();

  Report run(Setup setup) throws Exception;
}
