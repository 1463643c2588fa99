package io.pigpig.edge;

import io.pigpig.edge.wiring.EdgeProcess;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How often the processes of a stack were asked one rpc, as their metrics say. */
public final class GrpcCalls {

  private final TestStack stack;
  private final String rpc;

  /**
   * @param rpc such as {@code pigpig.stock.v1.StockService/SetStock}
   */
  public GrpcCalls(TestStack stack, String rpc) {
    this.stack = stack;
    this.rpc = rpc;
  }

  /** How many processes have a call of it under way. */
  public long processesAtIt() {
    return each(text -> sum(text, "begun_total", "") - sum(text, "seconds_count", "")).stream()
        .filter(underWay -> underWay > 0)
        .count();
  }

  /** How many processes have had one that ended so. */
  public long processesWith(String status) {
    return ended(status).stream().filter(count -> count > 0).count();
  }

  /** How many ended so, in each process. */
  public List<Double> ended(String status) {
    return each(text -> sum(text, "seconds_count", "status=\"" + status + "\""));
  }

  private List<Double> each(ToDoubleFunction<String> count) {
    return stack.processes().stream().map(it -> count.applyAsDouble(metrics(it))).toList();
  }

  private String metrics(EdgeProcess process) {
    HttpRequest.Builder scrape =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + process.managementPort() + "/metrics"));
    return stack.send(scrape).body();
  }

  private double sum(String metrics, String counter, String label) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("grpc_server_calls_" + counter + "{"))
        .filter(line -> line.contains("rpc=\"" + rpc + "\"") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
