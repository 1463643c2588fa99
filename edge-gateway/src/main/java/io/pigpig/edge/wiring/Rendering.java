package io.pigpig.edge.wiring;

import io.pigpig.render.RenderService;
import io.pigpig.render.WorkerRenderService;
import io.pigpig.render.postgres.PostgresDesigns;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.random.RandomGenerator;

/**
 * The render service of a process with its own connection to Postgres, used by every loop: drawing
 * is on worker threads anyway, and designs are read seldom.
 */
final class Rendering {

  private final Loop loop;
  private final PgLink link;
  private final WorkerRenderService service;

  private Rendering(Loop loop, PgLink link, WorkerRenderService service) {
    this.loop = loop;
    this.link = link;
    this.service = service;
  }

  /** Opens the connection; called on {@code loop}. */
  static Future<Rendering> open(Vertx vertx, Loop loop, Shared shared, RandomGenerator random) {
    PgLink link =
        new PgLink(vertx, shared.urls().postgres(), "render", shared.settings().postgres(), random);
    PostgresDesigns designs =
        new PostgresDesigns(
            (sql, args) -> loop.call(() -> link.query(sql, args)).recover(Rendering::unavailable));
    return link.open()
        .compose(up -> vertx.executeBlocking(() -> service(vertx, designs, shared)))
        .map(service -> new Rendering(loop, link, service));
  }

  /** Reads the fonts, which is no work for an event loop. */
  private static WorkerRenderService service(Vertx vertx, PostgresDesigns designs, Shared shared) {
    return new WorkerRenderService(vertx, designs, shared.settings().render(), shared.registry());
  }

  /** Storing a design twice is storing it once, so an unknown outcome is a plain try again. */
  private static Future<RowSet<Row>> unavailable(Throwable cause) {
    return Refused.byStoreRead(cause);
  }

  RenderService service() {
    return service;
  }

  /** Whether designs can be read; called on its loop. */
  boolean isReady() {
    return link.isUp();
  }

  Future<Void> close() {
    return service.close().eventually(() -> loop.call(link::close));
  }
}
