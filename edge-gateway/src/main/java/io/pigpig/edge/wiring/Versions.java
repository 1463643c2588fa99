package io.pigpig.edge.wiring;

import io.pigpig.catalog.postgres.PostgresCatalog;
import io.pigpig.pricing.postgres.PostgresPrices;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import java.time.Instant;

/** Publishes new versions of catalog and prices, and measures the clock of Postgres. */
final class Versions {

  private final Shared shared;
  private final PgLink postgres;
  private final PostgresCatalog catalog;
  private final PostgresPrices prices;

  Versions(Shared shared, PgLink postgres) {
    this.shared = shared;
    this.postgres = postgres;
    this.catalog = new PostgresCatalog(postgres);
    this.prices = new PostgresPrices(postgres);
  }

  Future<Void> refresh() {
    Instant asked = shared.ownClock().instant();
    return postgres
        .now()
        .onSuccess(told -> shared.clock().measured(asked, told, shared.ownClock().instant()))
        .compose(measured -> Future.all(catalog.version(), prices.version()))
        .compose(
            versions -> {
              long catalogVersion = versions.<Long>resultAt(0);
              long priceVersion = versions.<Long>resultAt(1);
              return Future.all(refreshCatalog(catalogVersion), refreshPrices(priceVersion));
            })
        .mapEmpty();
  }

  private Future<Void> refreshCatalog(long version) {
    return version == shared.catalog().get().version()
        ? Future.succeededFuture()
        : catalog.load().onSuccess(shared.catalog()::publish).mapEmpty();
  }

  private Future<Void> refreshPrices(long version) {
    return version == shared.prices().get().version()
        ? Future.succeededFuture()
        : prices.load().onSuccess(shared.prices()::publish).mapEmpty();
  }
}
