package io.pigpig.stock.redis;

import io.pigpig.runtime.redis.RedisCommands;
import io.pigpig.stock.GateStore;
import io.pigpig.stock.StockLedger.Snapshot;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The gate's keys as a whole, in Redis. Bound to the event loop of its link. */
public final class RedisGateStore implements GateStore {

  private final RedisCommands link;
  private final GateKeys keys;
  private final Script rebuild = Script.load("rebuild.lua");
  private final Script correct = Script.load("correct.lua");

  public RedisGateStore(RedisCommands link, GateKeys keys) {
    this.link = link;
    this.keys = keys;
  }

  @Override
  public Future<Contents> contents() {
    return Future.all(
            link.send(Request.cmd(Command.GET).arg(keys.epoch())),
            link.send(Request.cmd(Command.HGETALL).arg(keys.stock())))
        .map(both -> toContents(both.resultAt(0), both.resultAt(1)));
  }

  private static Contents toContents(@Nullable Response epoch, @Nullable Response stock) {
    Map<String, Long> available = new HashMap<>();
    if (stock != null) {
      for (String sku : stock.getKeys()) {
        available.put(sku, Long.parseLong(stock.get(sku).toString()));
      }
    }
    if (epoch == null || available.isEmpty()) {
      return new Contents(OptionalLong.empty(), available);
    }
    return new Contents(OptionalLong.of(Long.parseLong(epoch.toString())), available);
  }

  @Override
  public Future<Void> rebuild(Snapshot snapshot) {
    return rebuild
        .call(
            link,
            request -> {
              request.arg(2).arg(keys.stock()).arg(keys.epoch()).arg(snapshot.epoch());
              snapshot.available().forEach((sku, units) -> request.arg(sku).arg(units));
              return request;
            })
        .mapEmpty();
  }

  @Override
  public Future<Void> correct(long epoch, Iterable<Correction> corrections) {
    return correct
        .call(
            link,
            request -> {
              request.arg(2).arg(keys.stock()).arg(keys.epoch()).arg(epoch);
              for (Correction correction : corrections) {
                request.arg(correction.sku()).arg(correction.seen()).arg(correction.right());
              }
              return request;
            })
        .mapEmpty();
  }
}
