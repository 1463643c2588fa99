package io.pigpig.perf.bare;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The bare order path as a program: HTTP/1.1 POST, JSON stream parse, natural group commit with one
 * {@code unnest} insert into one table, then 201. No authentication, gate, ledger or metrics.
 *
 * <p>It answers 201 only after the commit was seen; whether a commit is durable is a setting of the
 * server behind the URL.
 */
public final class BarePath {

  private static final int START_SECONDS = 20;

  private BarePath() {}

  /** Arguments: port, Postgres URL, event loops (1 when absent). Prints one line when it serves. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2) {
      System.err.println("usage: BarePath PORT postgresql://user:password@host:port/db [LOOPS]");
      System.exit(2);
    }
    int port = Integer.parseInt(arguments[0]);
    int loops = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
    Vertx vertx = start(port, arguments[1], loops);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> vertx.close().await()));
    System.out.println("bare path serves on port " + port);
  }

  /** Empties the table and serves; returns when every event loop listens. */
  static Vertx start(int port, String postgresUrl, int loops) throws Exception {
    Vertx vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
    try {
      BareTable.create(vertx, postgresUrl)
          .compose(
              created ->
                  vertx.deployVerticle(
                      () -> new BareServer(port, postgresUrl, ids()),
                      new DeploymentOptions().setInstances(loops)))
          .await(START_SECONDS, TimeUnit.SECONDS);
      return vertx;
    } catch (Exception failure) {
      vertx.close();
      throw failure;
    }
  }

  private static TimeOrderedIds ids() {
    return new TimeOrderedIds(InstantSource.system(), new SplittableRandom());
  }
}
