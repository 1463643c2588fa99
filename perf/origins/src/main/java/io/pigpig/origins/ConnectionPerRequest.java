package io.pigpig.origins;

import io.pigpig.edge.wiring.Choices.Site;
import io.pigpig.runtime.redis.RedisCommands;
import io.pigpig.runtime.redis.RedisLink;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Each request makes a client and a connection, and closes both: the line that the story's first
 * program had at the wrong place. As many at a time as there are requests under way.
 */
final class ConnectionPerRequest implements RedisUse {

  private final Site site;
  private final String key;
  private boolean reached;

  /**
   * @param key that all commands have to do with
   */
  ConnectionPerRequest(Site site, String key) {
    this.site = site;
    this.key = key;
  }

  @Override
  public Future<Void> connect() {
    return with(redis -> Future.succeededFuture());
  }

  @Override
  public boolean isUp() {
    return reached;
  }

  @Override
  public <T> Future<T> with(Function<RedisCommands, Future<T>> work) {
    RedisLink link =
        new RedisLink(
            site.vertx(), site.redisUrl(), "request", site.settings().redis(), site.random());
    long patienceMillis = site.settings().redis().connectTimeout().toMillis();
    return link.open(key)
        .timeout(patienceMillis, TimeUnit.MILLISECONDS)
        .onComplete(attempt -> reached = attempt.succeeded())
        .compose(open -> work.apply(link))
        .onComplete(done -> link.close());
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
