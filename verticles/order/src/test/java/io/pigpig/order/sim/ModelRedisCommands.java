package io.pigpig.order.sim;

import io.pigpig.runtime.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import org.jspecify.annotations.Nullable;

/** The way of one process to a model of Redis. */
record ModelRedisCommands(ModelRedis redis, Link link) implements RedisCommands {

  @Override
  public boolean isUp() {
    return link.isUp();
  }

  @Override
  public Future<@Nullable Response> send(Request command) {
    return link.<@Nullable Response>call(
            String.valueOf(command.command()), () -> redis.run(command))
        .compose(
            response ->
                response instanceof ErrorType error
                    ? Future.<@Nullable Response>failedFuture(error)
                    : Future.<@Nullable Response>succeededFuture(response));
  }
}
