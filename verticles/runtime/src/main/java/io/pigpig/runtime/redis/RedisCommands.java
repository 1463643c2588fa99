package io.pigpig.runtime.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * Where commands for Redis go: a {@link RedisLink}, or a model of Redis in a simulation. Bound to
 * one event loop.
 */
public interface RedisCommands {

  /** Whether a command could be sent now. */
  boolean isUp();

  /** Sends one command, which ends in one of the four ways that {@link RedisLink} lists. */
  Future<@Nullable Response> send(Request command);
}
