package io.pigpig.perf.load;

import java.util.List;

/**
 * What a generator is told: whom to load, when, and with what.
 *
 * @param run names this run in every Idempotency-Key, so that two runs never share a key
 * @param historyFile where each order's fate is written for the audit; empty for no history
 */
public record LoadPlan(
    String run, Target target, Pace pace, Bounds bounds, Requests requests, String historyFile) {

  /** How a target is spoken to. */
  public enum Protocol {
    /** HTTP/1.1 in clear text. */
    HTTP1,
    /** HTTP/2 in clear text, by prior knowledge. */
    H2C,
    /** HTTP/2 over TLS, by ALPN. */
    H2,
    /** gRPC over HTTP/2 in clear text. */
    GRPC
  }

  /**
   * Who is loaded.
   *
   * @param connections opened before the first request
   * @param requestsPerConnection after so many a connection is closed and opened anew; 0 keeps it
   */
  public record Target(
      Protocol protocol, String host, int port, int connections, int requestsPerConnection) {}

  /** Whether a request waits for its time or for the answer before it. */
  public enum Mode {
    /** By the schedule and never by the answers; latency counts from the intended time. */
    OPEN,
    /** Each connection sends as soon as it has its answer; phases give only the time. */
    CLOSED
  }

  /** When requests leave. */
  public record Pace(Mode mode, List<Phase> phases) {
    public Pace {
      phases = List.copyOf(phases);
    }
  }

  /**
   * A part of the schedule in which the rate goes evenly from one value to another, or which
   * repeats recorded arrivals.
   *
   * @param seconds its length; of recorded arrivals 0, for as long as they take
   * @param fromPerSecond requests a second at its begin
   * @param toPerSecond requests a second at its end
   * @param replayFile one arrival a line, nanoseconds since the phase began, ascending; empty for
   *     none
   */
  public record Phase(
      double seconds, double fromPerSecond, double toPerSecond, String replayFile) {}

  /**
   * What a generator never exceeds.
   *
   * @param inFlightMax requests that wait for an answer or a connection; one more is not sent and
   *     counts as failed
   * @param timeoutMillis after which a request counts as failed, from its intended time
   * @param retriesMax how often a request that was refused for now is sent again with the same key
   * @param retryPauseMillis before it is
   */
  public record Bounds(int inFlightMax, int timeoutMillis, int retriesMax, int retryPauseMillis) {}

  /** What one request asks for. */
  public enum Kind {
    /** POST /api/v1/orders, or PlaceOrder, under a fresh key. */
    ORDER,
    /** A message of {@code batch} orders on a PlaceOrders stream; gRPC only. Each order counts. */
    ORDER_BATCH,
    /** The order before last of the same connection once more, with its key. */
    REPLAY,
    /** GET of {@code path}, where {sku} stands for a SKU of the feed in turn. */
    GET,
    /** POST /api/v1/stock:check, or BatchCheckStock, of {@code batch} SKUs. */
    STOCK_CHECK
  }

  /**
   * A part of the mix.
   *
   * @param weight its part of all requests, relative to the others' weights
   * @param path of a GET, else empty
   * @param batch orders or SKUs of one message; 1 for the other kinds
   */
  public record Share(String name, Kind kind, int weight, String path, int batch) {}

  /**
   * What requests are made of, encoded before the first one leaves.
   *
   * @param mix chosen from by weight, in a fixed order that {@code seed} decides
   * @param tokens of customers, taken in turn
   * @param skus taken in turn
   */
  public record Requests(List<Share> mix, List<String> tokens, List<String> skus, long seed) {
    public Requests {
      mix = List.copyOf(mix);
      tokens = List.copyOf(tokens);
      skus = List.copyOf(skus);
    }
  }
}
