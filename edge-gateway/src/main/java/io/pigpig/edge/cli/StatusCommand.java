package io.pigpig.edge.cli;

import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.stores.RunFolder;
import io.pigpig.runtime.stores.RunFolder.Entry;
import io.pigpig.runtime.stores.RunFolder.Life;
import io.pigpig.runtime.stores.RunFolder.Serving;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code ./edge status}: what runs on a data folder of this machine, and whether it is ready. It
 * reads the folder's {@code run} and asks every process itself.
 *
 * <p>Blocking, on the main thread; every wait has a deadline. Exit codes: 0 all are ready, 1 one is
 * not or there is none, 2 the command line is wrong.
 */
public final class StatusCommand {

  private static final String USAGE = "Usage: ./edge status [--data DIR] [--conf FILE]...";
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final String READY = "ready";
  private static final String RUNNING = "running";

  private final HttpClient http;
  private final InstantSource clock;

  private StatusCommand(HttpClient http, InstantSource clock) {
    this.http = http;
    this.clock = clock;
  }

  /** Shows it once. */
  public static void main(String[] arguments) {
    System.exit(run(arguments, System.getenv(), System.out, System.err));
  }

  /** As {@link #main}; answers the exit code. */
  static int run(
      String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      CommandLine line = CommandLine.parse(arguments, environment, EdgeSettings.class);
      if (line.help()) {
        out.println(USAGE);
        return 0;
      }
      Path data = Path.of(line.values().getOrDefault("stores.data", "data")).toAbsolutePath();
      return new StatusCommand(http, InstantSource.system()).show(data.normalize(), out);
    } catch (UsageException e) {
      err.println("edge status: " + e.getMessage());
      return 2;
    } catch (IOException e) {
      err.println("edge status: the data folder cannot be read: " + e);
      return 1;
    }
  }

  private int show(Path data, PrintStream out) throws IOException {
    List<Entry> entries = RunFolder.of(data).entries();
    if (entries.isEmpty()) {
      out.println("nothing runs on " + data);
      return 1;
    }
    Table table =
        new Table(
            "process", "role", "pid", "HTTP", "gRPC", "health", "restarts", "up for", "state");
    boolean well = true;
    for (Entry entry : entries) {
      String state = state(entry);
      well &= state.equals(READY) || state.equals(RUNNING);
      table.row(
          entry.name(),
          entry.serving().map(Serving::role).orElse("-"),
          entry.life() == Life.ENDED ? "-" : Long.toString(entry.pid()),
          Table.port(entry.serving().map(Serving::http).orElse(0)),
          Table.port(entry.serving().map(Serving::grpc).orElse(0)),
          Table.port(entry.serving().map(Serving::management).orElse(entry.port())),
          Integer.toString(entry.restarts()),
          entry.life() == Life.ENDED
              ? "-"
              : time(Duration.between(entry.started(), clock.instant())),
          state);
    }
    out.print(table.text(""));
    return well ? 0 : 1;
  }

  private String state(Entry entry) {
    return switch (entry.life()) {
      case ENDED -> "ended";
      case STARTING -> "starting";
      case RUNNING -> entry.serving().map(this::asked).orElse(RUNNING);
    };
  }

  private String asked(Serving serving) {
    String host = serving.host().equals("0.0.0.0") ? "127.0.0.1" : serving.host();
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + host + ":" + serving.management() + "/health/ready"))
            .timeout(PATIENCE)
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      return answer.statusCode() == 200 ? READY : missing(answer.body());
    } catch (IOException e) {
      return "does not answer on port " + serving.management();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "was not asked";
    }
  }

  /** What a readiness that is not says: the names of the checks that failed. */
  private static String missing(String body) {
    try {
      String names =
          new JsonObject(body)
              .getJsonArray("checks").stream()
                  .map(JsonObject.class::cast)
                  .filter(check -> !check.getBoolean("up", false))
                  .map(check -> check.getString("name"))
                  .distinct()
                  .collect(Collectors.joining(", "));
      return names.contains("accepting") ? "draining" : "not ready: " + names;
    } catch (DecodeException | ClassCastException e) {
      return "not ready";
    }
  }

  private static String time(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + "m " + seconds % 60 + "s";
    }
    return seconds / 3_600 + "h " + seconds % 3_600 / 60 + "m";
  }
}
