package io.pigpig.edge.wiring;

import io.micrometer.core.instrument.MeterRegistry;
import io.pigpig.catalog.Catalog;
import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.edge.auth.JwtVerifier;
import io.pigpig.edge.http.Edge.Believed;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.pricing.PriceBook;
import io.pigpig.runtime.StoreClock;
import io.pigpig.runtime.Ticker;
import io.pigpig.stock.SoldOutBoards;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all loops of the process use: immutable, or safe from any thread.
 *
 * @param ownClock of this machine: for tokens, whose issuer is elsewhere
 * @param clock of Postgres: for orders and prices
 * @param choices what the parts of every loop are made by
 */
record Shared(
    EdgeSettings settings,
    StoreUrls urls,
    Security security,
    MeterRegistry registry,
    Ticker ticker,
    InstantSource ownClock,
    StoreClock clock,
    Published<Catalog> catalog,
    Published<PriceBook> prices,
    SoldOutBoards boards,
    AtomicInteger activeRequests,
    Choices choices) {

  /** Where the stores and the peers are. */
  record StoreUrls(String postgres, String redis, String payment, String carrier) {}

  /**
   * Makes what verifies tokens, and what issues them where the development issuer is on: one each
   * for every loop, because the library behind them is nowhere said to be thread-safe.
   *
   * @param peers whose callbacks are believed, and how
   */
  record Security(
      Supplier<JwtVerifier> verifiers,
      @Nullable Supplier<DevelopmentIssuer> issuers,
      Map<Peer, Believed> peers) {}

  static Shared of(
      EdgeSettings settings, StoreUrls urls, Security security, MeterRegistry registry) {
    InstantSource own = InstantSource.system();
    return new Shared(
        settings,
        urls,
        security,
        registry,
        Ticker.system(),
        own,
        new StoreClock(own),
        new Published<>(new Catalog(0, List.of())),
        new Published<>(new PriceBook(0, Map.of())),
        new SoldOutBoards(settings.stock()),
        new AtomicInteger(),
        Choices.ours());
  }

  Shared with(Choices others) {
    return new Shared(
        settings,
        urls,
        security,
        registry,
        ticker,
        ownClock,
        clock,
        catalog,
        prices,
        boards,
        activeRequests,
        others);
  }
}
