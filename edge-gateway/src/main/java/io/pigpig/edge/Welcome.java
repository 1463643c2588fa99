package io.pigpig.edge;

import io.pigpig.edge.cli.Table;
import io.pigpig.edge.wiring.ClusterProcess;
import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.edge.wiring.Member;
import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;
import io.pigpig.runtime.stores.OwnProgram.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a start says on the terminal: where things are and what to try. */
final class Welcome {

  private Welcome() {}

  static String text(ClusterProcess cluster, long tookMillis) {
    boolean bus = cluster.members().stream().anyMatch(member -> member.bus() != 0);
    Table table =
        bus
            ? new Table("process", "HTTP", "gRPC", "health", "members", "bus")
            : new Table("process", "HTTP", "gRPC", "health");
    for (Member member : cluster.members()) {
      List<String> words = new ArrayList<>();
      words.add(member.name());
      words.add(Table.port(member.http()));
      words.add(Table.port(member.grpc()));
      words.add(Table.port(member.management()));
      if (bus) {
        words.add(Table.port(member.bus()));
        words.add(Table.port(member.messages()));
      }
      table.row(words.toArray(String[]::new));
    }
    return String.format(
        Locale.ROOT,
        """
        PigPig edge stack is ready as a cluster, %.1f s after its start. All on 127.0.0.1:
        %sOne that ends is started again on its ports; ./edge status shows how they are now.
        Ctrl-C drains the gateways, then the others, and stops.\
        """,
        tookMillis / 1000.0,
        table.text("  "));
  }

  /** What became of one process of a cluster that stops. */
  static String goodbye(Ended ended) {
    return String.format(
        Locale.ROOT,
        "  %-16s %s in %.1f s",
        ended.name(),
        ended.exitCode() == 0 ? "drained" : "ended with exit code " + ended.exitCode(),
        ended.took().toMillis() / 1000.0);
  }

  static String text(EdgeProcess process, EdgeSettings settings, long tookMillis) {
    if (process.port() == 0) {
      return String.format(
          Locale.ROOT,
          """
          PigPig edge stack, role %s, %s, %.1f s after its start.
            gRPC        127.0.0.1:%d
            health      http://127.0.0.1:%d/health/ready
            metrics     http://127.0.0.1:%d/metrics
          Ctrl-C drains and stops.\
          """,
          settings.process().role().text(),
          state(process),
          tookMillis / 1000.0,
          process.grpcPort(),
          process.managementPort(),
          process.managementPort());
    }
    return String.format(
        Locale.ROOT,
        """
        PigPig edge stack %s, %.1f s after its start.
          shop        http://127.0.0.1:%d/
          API         http://127.0.0.1:%d/docs
          gRPC        127.0.0.1:%d
          health      http://127.0.0.1:%d/health/ready
          metrics     http://127.0.0.1:%d/metrics
          data        %s
        Try ./edge order in another terminal. Ctrl-C drains and stops.\
        """,
        state(process),
        tookMillis / 1000.0,
        process.port(),
        process.port(),
        process.grpcPort(),
        process.managementPort(),
        process.managementPort(),
        data(settings));
  }

  private static String state(EdgeProcess process) {
    return process.missing().isEmpty()
        ? "is ready"
        : "is up, not ready yet: " + String.join(", ", process.missing());
  }

  private static String data(EdgeSettings settings) {
    boolean own =
        settings.process().role() != ProcessRole.ALL
            || !(settings.stores().postgresUrl().isEmpty()
                || settings.stores().redisUrl().isEmpty());
    return own
        ? "stores of your own"
        : Path.of(settings.stores().data()).toAbsolutePath().normalize().toString();
  }
}
