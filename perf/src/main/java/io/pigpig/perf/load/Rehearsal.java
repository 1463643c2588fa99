package io.pigpig.perf.load;

import io.pigpig.perf.load.LoadPlan.Bounds;
import io.pigpig.perf.load.LoadPlan.Mode;
import io.pigpig.perf.load.LoadPlan.Pace;
import io.pigpig.perf.load.LoadPlan.Phase;
import io.pigpig.perf.load.LoadPlan.Protocol;
import io.pigpig.perf.load.LoadPlan.Target;
import io.pigpig.perf.load.flow.Generator;
import io.pigpig.perf.load.flow.Loop;
import io.pigpig.perf.load.record.OrderHistory;
import io.pigpig.perf.load.schedule.Schedule;
import io.pigpig.perf.load.wire.Connectors;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A plan's requests, sent for {@value #SECONDS} s to a server of our own on the same loop. A
 * program that has just begun loads and compiles its code with the first requests; their latency
 * would be the generator's and not the target's.
 */
final class Rehearsal {

  private static final int SECONDS = 2;
  private static final int LAST_PER_SECOND = 30_000;
  private static final int CONNECTIONS_MAX = 32;
  private static final int REQUESTS_EACH_MIN = 50;
  private static final int WAIT_SECONDS = 20;
  private static final Bounds BOUNDS = new Bounds(1_000, 2_000, 0, 0);
  private static final Buffer ORDER =
      Buffer.buffer("{\"orderId\":\"01900000-0000-7000-8000-000000000000\"}");

  private Rehearsal() {}

  static void play(LoadPlan plan, Loop loop) throws Exception {
    HttpServer server =
        loop.vertx()
            .createHttpServer(new HttpServerOptions().setPort(0).setHost("127.0.0.1"))
            .requestHandler(request -> request.end().onSuccess(read -> answer(request)))
            .listen()
            .await(WAIT_SECONDS, TimeUnit.SECONDS);
    try {
      Generator generator = generator(rehearsed(plan, server.actualPort()), loop);
      generator.start();
      generator.ended().await(WAIT_SECONDS, TimeUnit.SECONDS);
    } finally {
      server.close().await(WAIT_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static LoadPlan rehearsed(LoadPlan plan, int port) {
    Target target = plan.target();
    // Without TLS: what a server's certificate is for would be the most of it.
    Protocol protocol = target.protocol() == Protocol.H2 ? Protocol.H2C : target.protocol();
    int connections = Math.min(CONNECTIONS_MAX, target.connections());
    // Every closed connection keeps its port for a minute, and there are some 28 000 of them.
    int each = target.requestsPerConnection();
    each = each == 0 ? 0 : Math.max(REQUESTS_EACH_MIN, each);
    return new LoadPlan(
        plan.run(),
        new Target(protocol, "127.0.0.1", port, connections, each),
        new Pace(Mode.OPEN, List.of(new Phase(SECONDS, 0, LAST_PER_SECOND, ""))),
        BOUNDS,
        plan.requests(),
        "");
  }

  private static Generator generator(LoadPlan plan, Loop loop) throws IOException {
    return new Generator(
        plan,
        new Generator.Parts(
            loop,
            Schedule.of(plan.pace().phases()),
            Connectors.of(plan, new OrderKeys(0, plan.run()), loop),
            OrderHistory.none(),
            second -> {}));
  }

  private static void answer(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type != null && type.startsWith("application/grpc")) {
      request.response().putHeader(HttpHeaders.CONTENT_TYPE, type);
      request.response().putHeader("grpc-status", "5").end();
    } else {
      request.response().setStatusCode(201).end(ORDER);
    }
  }
}
