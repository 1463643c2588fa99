package io.pigpig.origins;

import io.pigpig.edge.wiring.Choices.Site;
import io.pigpig.runtime.redis.RedisCommands;
import io.pigpig.runtime.redis.RedisLink;
import io.vertx.core.Future;
import java.util.function.Function;

/** All requests share one connection, pipelined. */
final class KeptConnection implements RedisUse {

  private final RedisLink link;
  private final String key;

  /**
   * @param key that all commands have to do with
   */
  KeptConnection(Site site, String key) {
    link =
        new RedisLink(
            site.vertx(),
            site.redisUrl(),
            "gate-" + site.number(),
            site.settings().redis(),
            site.random());
    this.key = key;
  }

  @Override
  public Future<Void> connect() {
    return link.open(key);
  }

  @Override
  public boolean isUp() {
    return link.isUp();
  }

  @Override
  public <T> Future<T> with(Function<RedisCommands, Future<T>> work) {
    return work.apply(link);
  }

  @Override
  public Future<Void> close() {
    return link.close();
  }
}
