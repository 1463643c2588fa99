package io.pigpig.runtime.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** A client of one connection, because closing the client is what closes a pooled socket. */
record RedisLine(Redis client, RedisConnection connection) {

  Future<@Nullable Response> send(Request command) {
    return connection.send(command);
  }

  /** What was sent and not answered fails. */
  void close() {
    client.close();
  }
}
