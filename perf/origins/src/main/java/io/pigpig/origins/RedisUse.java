package io.pigpig.origins;

import io.pigpig.runtime.redis.RedisCommands;
import io.vertx.core.Future;
import java.util.function.Function;

/** How a request comes to a connection to Redis. Owned by one event loop. */
interface RedisUse {

  /** Completes once Redis was reached. */
  Future<Void> connect();

  boolean isUp();

  /** Does a request's work; what it makes of a connection is over when that has ended. */
  <T> Future<T> with(Function<RedisCommands, Future<T>> work);

  Future<Void> close();
}
