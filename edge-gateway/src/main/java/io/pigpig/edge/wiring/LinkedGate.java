package io.pigpig.edge.wiring;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.redis.RedisLink;
import io.pigpig.stock.Take;
import io.pigpig.stock.Verdict;
import io.pigpig.stock.redis.ScriptedStockGate;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** One script call a micro-batch, over one connection that stays. */
final class LinkedGate implements ConnectedGate {

  private final RedisLink link;
  private final String key;
  private final ScriptedStockGate gate;

  LinkedGate(Choices.Site site, Choices.GateParts parts) {
    link =
        new RedisLink(
            site.vertx(),
            site.redisUrl(),
            "gate-" + site.number(),
            site.settings().redis(),
            site.random());
    key = parts.keys().stock();
    gate =
        new ScriptedStockGate(
            new ScriptedStockGate.Parts(link, parts.keys(), parts.board(), parts.repair()),
            site.settings().stock(),
            parts.loop());
  }

  @Override
  public Future<Void> connect() {
    return link.open(key);
  }

  @Override
  public Future<Void> open() {
    return gate.open();
  }

  @Override
  public void openAgain() {
    gate.openAgain();
  }

  @Override
  public boolean isUp() {
    return link.isUp();
  }

  @Override
  public boolean isOpen() {
    return gate.isOpen();
  }

  @Override
  public Future<Verdict> take(List<Take> order) {
    return gate.take(order);
  }

  @Override
  public Future<Void> adjust(Map<Sku, Long> units) {
    return gate.adjust(units);
  }

  @Override
  public Future<Void> drained() {
    return gate.drained();
  }

  @Override
  public Future<Void> close() {
    return link.close();
  }
}
