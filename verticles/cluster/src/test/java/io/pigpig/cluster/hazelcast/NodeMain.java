package io.pigpig.cluster.hazelcast;

import com.hazelcast.core.Hazelcast;
import io.pigpig.cluster.BusCanary;
import io.pigpig.cluster.ClusterSettings;
import io.pigpig.runtime.settings.SettingsReader;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A {@link Node} as a program: settings as {@code name=value} arguments, {@code publish WORD} and
 * {@code terminate}, which takes its membership from under it, on standard input, {@code members N
 * hears true|false heard N} on standard output once a change. Exits with {@link
 * BusCanary#DEAF_EXIT_CODE} when deaf, and when its input ends.
 */
public final class NodeMain {

  private static final long REPORT_MILLIS = 100;

  private NodeMain() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      values.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    Node node =
        Node.start(
            SettingsReader.read(ClusterSettings.class, values),
            () -> Runtime.getRuntime().halt(BusCanary.DEAF_EXIT_CODE));
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    String[] last = {""};
    node.vertx()
        .setPeriodic(
            REPORT_MILLIS,
            id -> {
              String now =
                  "members "
                      + node.members()
                      + " hears "
                      + node.canary.hears()
                      + " heard "
                      + String.join(",", node.heard.stream().distinct().toList())
                      + ".";
              if (!now.equals(last[0])) {
                out.println(now);
                last[0] = now;
              }
            });
    commands(node);
    Runtime.getRuntime().halt(0);
  }

  private static void commands(Node node) throws IOException {
    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      String line = in.readLine();
      while (line != null) {
        if (line.equals("terminate")) {
          Hazelcast.getAllHazelcastInstances()
              .forEach(member -> member.getLifecycleService().terminate());
        } else {
          node.publish(line.substring(line.indexOf(' ') + 1));
        }
        line = in.readLine();
      }
    }
  }
}
