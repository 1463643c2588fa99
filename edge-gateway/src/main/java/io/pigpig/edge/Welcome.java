package io.pigpig.edge;

import io.pigpig.edge.wiring.ClusterProcess;
import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.edge.wiring.EdgeSettings;
import java.nio.file.Path;
import java.util.Locale;

/** What a start says on the terminal: where things are and what to try. */
final class Welcome {

  private Welcome() {}

  static String text(ClusterProcess cluster, long tookMillis) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "PigPig edge stack is ready as a cluster, %.1f s after its start.%n",
            tookMillis / 1000.0));
    text.append(
        String.format(
            Locale.ROOT, "  %-10s %8s %6s %6s %6s%n", "process", "pid", "HTTP", "gRPC", "health"));
    for (ClusterProcess.Member member : cluster.members()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-10s %8d %6s %6d %6d%n",
              member.name(),
              member.pid(),
              member.http() == 0 ? "-" : Integer.toString(member.http()),
              member.grpc(),
              member.management()));
    }
    return text.append("One that ends is started again. Ctrl-C drains and stops.").toString();
  }

  static String text(EdgeProcess process, EdgeSettings settings, long tookMillis) {
    boolean embedded =
        settings.stores().postgresUrl().isEmpty() || settings.stores().redisUrl().isEmpty();
    String data =
        embedded
            ? Path.of(settings.stores().data()).toAbsolutePath().normalize().toString()
            : "stores of your own";
    if (process.port() == 0) {
      return String.format(
          Locale.ROOT,
          """
          PigPig edge stack, role %s, is ready, %.1f s after its start.
            gRPC        127.0.0.1:%d
            health      http://127.0.0.1:%d/health/ready
            metrics     http://127.0.0.1:%d/metrics
          Ctrl-C drains and stops.""",
          settings.process().role().name().toLowerCase(Locale.ROOT),
          tookMillis / 1000.0,
          process.grpcPort(),
          process.managementPort(),
          process.managementPort());
    }
    return String.format(
        Locale.ROOT,
        """
        PigPig edge stack is ready, %.1f s after its start.
          shop        http://127.0.0.1:%d/
          API         http://127.0.0.1:%d/docs
          gRPC        127.0.0.1:%d
          health      http://127.0.0.1:%d/health/ready
          metrics     http://127.0.0.1:%d/metrics
          data        %s
        Try ./edge order in another terminal. Ctrl-C drains and stops.""",
        tookMillis / 1000.0,
        process.port(),
        process.port(),
        process.grpcPort(),
        process.managementPort(),
        process.managementPort(),
        data);
  }
}
