package io.pigpig.perf.load;

import java.util.List;

/**
 * What a generator is told: whom to load, when, and with what. Every record here throws
 * IllegalArgumentException naming the field and its value when that is out of its range.
 *
 * @param run names this run in every Idempotency-Key, so that two runs never share a key; 1 to 40
 *     of {@code [A-Za-z0-9_-]}
 * @param historyFile where each order's fate is written for the audit; empty for no history
 */
public record LoadPlan(
    String run, Target target, Pace pace, Bounds bounds, Requests requests, String historyFile) {

  public LoadPlan {
    Checks.text("run", run, "[A-Za-z0-9_-]{1,40}");
    for (Share share : requests.mix) {
      boolean overGrpc = target.protocol == Protocol.GRPC;
      if (overGrpc ? share.kind == Kind.GET : share.kind == Kind.ORDER_BATCH) {
        throw Checks.wrong("kind", share.kind, "one that " + target.protocol + " has");
      }
    }
  }

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
   * @param connections opened before the first request, 1 to 10 000
   * @param requestsPerConnection after so many a connection is closed and opened anew; 0 keeps it
   */
  public record Target(
      Protocol protocol, String host, int port, int connections, int requestsPerConnection) {
    public Target {
      Checks.text("host", host, "[A-Za-z0-9._:-]{1,253}");
      Checks.range("port", port, 1, 65_535);
      Checks.range("connections", connections, 1, 10_000);
      Checks.range("requestsPerConnection", requestsPerConnection, 0, Integer.MAX_VALUE);
    }
  }

  /** Whether a request waits for its time or for the answer before it. */
  public enum Mode {
    /** By the schedule and never by the answers; latency counts from the intended time. */
    OPEN,
    /**
     * Each connection sends as soon as it has its answer; phases give only the time. Over HTTP/2 a
     * connection has as many under way as its server lets it, all together {@code inFlightMax}.
     */
    CLOSED
  }

  /** When requests leave: one phase after the other, at least one. */
  public record Pace(Mode mode, List<Phase> phases) {
    public Pace {
      phases = List.copyOf(phases);
      Checks.range("phases", phases.size(), 1, 100_000);
    }
  }

  /**
   * A part of the schedule in which the rate goes evenly from one value to another, or which
   * repeats recorded arrivals.
   *
   * @param seconds its length; of recorded arrivals 0, for as long as they take
   * @param fromPerSecond requests a second at its begin; of recorded arrivals 0
   * @param toPerSecond requests a second at its end; of recorded arrivals 0
   * @param replayFile one arrival a line, nanoseconds since the phase began, ascending; empty for
   *     none
   */
  public record Phase(double seconds, double fromPerSecond, double toPerSecond, String replayFile) {
    private static final double SECONDS_MAX = 86_400;
    private static final double RATE_MAX = 1_000_000;

    public Phase {
      boolean recorded = !replayFile.isEmpty();
      Checks.range("seconds", seconds, recorded ? 0 : 0.001, recorded ? 0 : SECONDS_MAX);
      Checks.range("fromPerSecond", fromPerSecond, 0, recorded ? 0 : RATE_MAX);
      Checks.range("toPerSecond", toPerSecond, 0, recorded ? 0 : RATE_MAX);
    }
  }

  /**
   * What a generator never exceeds.
   *
   * @param inFlightMax requests that wait for an answer or a connection; one more is not sent and
   *     counts as failed
   * @param timeoutMillis after which a request counts as failed, from its intended time
   * @param retriesMax how often a request that was refused for now is sent again with the same key;
   *     not when that would be after its timeout
   * @param retryPauseMillis before it is; 0 makes a retry storm
   */
  public record Bounds(int inFlightMax, int timeoutMillis, int retriesMax, int retryPauseMillis) {
    public Bounds {
      Checks.range("inFlightMax", inFlightMax, 1, 1_000_000);
      Checks.range("timeoutMillis", timeoutMillis, 1, 600_000);
      Checks.range("retriesMax", retriesMax, 0, 1_000);
      Checks.range("retryPauseMillis", retryPauseMillis, 0, 600_000);
    }
  }

  /** What one request asks for. */
  public enum Kind {
    /** POST /api/v1/orders, or PlaceOrder, under a fresh key. */
    ORDER,
    /**
     * A message of {@code batch} orders on a PlaceOrders stream; gRPC only. Each order counts, as
     * offered and as what became of it; towards {@code inFlightMax} the message is one. Tokens must
     * be operators'; an order is placed for the subject of the token whose turn it is.
     */
    ORDER_BATCH,
    /**
     * The accepted order before last of the same connection once more, with its key; a fresh order
     * while that connection has none.
     */
    REPLAY,
    /** GET of {@code path}, where {sku} stands for a SKU of the feed in turn; not over gRPC. */
    GET,
    /** POST /api/v1/stock:check, or BatchCheckStock, of {@code batch} SKUs. */
    STOCK_CHECK
  }

  /**
   * A part of the mix.
   *
   * @param weight its part of all requests, relative to the others' weights; 1 to 10 000
   * @param path of a GET, else empty
   * @param batch orders (up to 256) or SKUs (up to 10 000) of one message; 1 for the other kinds
   */
  public record Share(String name, Kind kind, int weight, String path, int batch) {
    public Share {
      Checks.text("name", name, "[A-Za-z0-9 _.-]{1,64}");
      Checks.range("weight", weight, 1, 10_000);
      Checks.text("path", path, kind == Kind.GET ? "/[!-~]*" : "");
      int batchMax =
          switch (kind) {
            case ORDER_BATCH -> 256;
            case STOCK_CHECK -> 10_000;
            case ORDER, REPLAY, GET -> 1;
          };
      Checks.range("batch", batch, 1, batchMax);
    }
  }

  /**
   * What requests are made of, encoded before the first one leaves.
   *
   * @param mix chosen from by weight, in a fixed order that {@code seed} decides; 1 to 64, each
   *     with a name of its own
   * @param tokens of customers, taken in turn; empty where nobody asks for them
   * @param skus taken in turn; empty where no share of the mix names one
   */
  public record Requests(List<Share> mix, List<String> tokens, List<String> skus, long seed) {
    public Requests {
      mix = List.copyOf(mix);
      tokens = List.copyOf(tokens);
      skus = List.copyOf(skus);
      Checks.range("mix", mix.size(), 1, 64);
      Checks.range(
          "names of mix", mix.stream().map(Share::name).distinct().count(), mix.size(), 64);
      tokens.forEach(token -> Checks.text("tokens", token, "[A-Za-z0-9._~+/=-]{1,4096}"));
      skus.forEach(sku -> Checks.text("skus", sku, "[A-Z0-9-]{3,48}"));
      for (Share share : mix) {
        boolean named = share.kind != Kind.GET || share.path.contains("{sku}");
        Checks.range("skus for " + share.name, skus.size(), named ? 1 : 0, 1_000_000);
      }
    }
  }
}
