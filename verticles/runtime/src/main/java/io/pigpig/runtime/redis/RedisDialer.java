package io.pigpig.runtime.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;

/** Makes connections to Redis, each within its time. Owned by one event loop. */
final class RedisDialer {

  private final Vertx vertx;
  private final RedisLinkSettings settings;

  RedisDialer(Vertx vertx, RedisLinkSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
  }

  /**
   * A connection that Redis has greeted. An attempt that neither succeeds nor fails in time is
   * failed here: a stopped Redis accepts the connection and never answers its first HELLO.
   */
  Future<RedisLine> dial(String url) {
    Redis client = Redis.createClient(vertx, options(url));
    Promise<RedisLine> attempt = Promise.promise();
    client
        .connect()
        .onFailure(attempt::tryFail)
        .onSuccess(
            connection -> {
              if (!attempt.tryComplete(new RedisLine(client, connection))) {
                client.close();
              }
            });
    return within(settings.connectTimeout(), attempt, "no connection")
        .onFailure(e -> client.close());
  }

  /** Fails {@code attempt} with {@code what} if it has not ended in time. */
  <T> Future<T> within(Duration patience, Promise<T> attempt, String what) {
    long millis = patience.toMillis();
    long timer = vertx.setTimer(millis, id -> attempt.tryFail(what + " in " + millis + " ms"));
    return attempt.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private RedisOptions options(String url) {
    return new RedisOptions()
        .setConnectionString(url)
        .setMaxPoolSize(1)
        .setMaxPoolWaiting(1)
        .setPoolRecycleTimeout(-1)
        .setNetClientOptions(
            new NetClientOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setConnectTimeout((int) settings.connectTimeout().toMillis()));
  }
}
