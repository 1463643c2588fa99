package io.pigpig.edge.wiring;

import io.pigpig.cluster.BusCanary;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The housekeeper of a gateway, which keeps nothing: it reads what is for sale. */
final class CatalogReader implements Housekeeper {

  private final Vertx vertx;
  private final Shared shared;
  private final PgLink postgres;
  private final Versions versions;
  private @Nullable Loop loop;

  CatalogReader(Vertx vertx, Shared shared, RandomGenerator random) {
    this.vertx = vertx;
    this.shared = shared;
    this.postgres =
        new PgLink(
            vertx, shared.urls().postgres(), "catalog", shared.settings().postgres(), random);
    this.versions = new Versions(shared, postgres);
  }

  @Override
  public Future<Void> open(Context context) {
    Loop mine = new Loop(context);
    loop = mine;
    ProcessSettings process = shared.settings().process();
    PeriodicTask refreshing =
        new PeriodicTask(
            "reading catalog and prices",
            () -> versions.refresh().map(false),
            new PeriodicTask.On(mine, shared.ticker(), process.taskTimeout()));
    return postgres
        .open()
        .compose(up -> versions.refresh())
        .onSuccess(
            done -> vertx.setPeriodic(process.refreshEvery().toMillis(), id -> refreshing.run()));
  }

  @Override
  public boolean isOpen() {
    return loop != null;
  }

  @Override
  public Loop loop() {
    return Objects.requireNonNull(loop, "open() comes first");
  }

  @Override
  public boolean isReady() {
    return postgres.isUp();
  }

  /** It subscribes to nothing. */
  @Override
  public Future<Void> watchBus(BusCanary canary) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> close() {
    Loop mine = loop;
    return mine == null ? Future.succeededFuture() : mine.call(postgres::close);
  }
}
