package io.pigpig.order.sim;

import io.pigpig.runtime.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The real Redis, with a model beside it that is sent the same. Commands of one connection are run
 * in the order in which they are sent, so the model runs each when it is sent. Owned by one event
 * loop.
 */
final class ComparedRedis implements RedisCommands {

  private final RedisCommands real;
  private final ModelRedis model = new ModelRedis();
  private final List<String> differences = new ArrayList<>();
  private long compared;

  ComparedRedis(RedisCommands real) {
    this.real = real;
  }

  @Override
  public boolean isUp() {
    return real.isUp();
  }

  @Override
  public Future<@Nullable Response> send(Request command) {
    String modelled = text(model.run(command));
    return real.send(command)
        .onSuccess(answer -> compare(command, modelled, text(answer)))
        .onFailure(cause -> compare(command, modelled, text(cause)));
  }

  private void compare(Request command, String modelled, String said) {
    compared++;
    if (!said.equals(modelled)) {
      differences.add(command + ": Redis " + said + ", model " + modelled);
    }
  }

  private static String text(@Nullable Object answer) {
    if (answer instanceof ErrorType error) {
      return "error " + error.slice(' ', 0);
    }
    if (!(answer instanceof Response response)) {
      return String.valueOf(answer);
    }
    if (response.type() != ResponseType.MULTI || !response.isMap()) {
      return response.toString();
    }
    // A hash has no order; the model's is sorted.
    Map<String, String> sorted = new TreeMap<>();
    response.getKeys().forEach(key -> sorted.put(key, response.get(key).toString()));
    return sorted.toString();
  }

  ModelRedis model() {
    return model;
  }

  List<String> differences() {
    return differences;
  }

  long compared() {
    return compared;
  }
}
