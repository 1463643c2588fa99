package io.pigpig.origins;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.redis.RedisCommands;
import io.pigpig.stock.Take;
import io.pigpig.stock.Verdict;
import io.pigpig.stock.redis.GateKeys;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A command a line: each takes its units, and all are put back when one of them had too few. Others
 * see the units gone meanwhile, so that an order can be refused that there was enough for; Postgres
 * never sells what is not there.
 *
 * <p>The epoch is read beside them, as a gate that is not ours admits nobody.
 */
record ItemByItem(GateKeys keys) implements Taking {

  @Override
  public Future<Verdict> take(RedisCommands redis, long epoch, List<Take> order) {
    List<Future<@Nullable Response>> answers = new ArrayList<>(order.size() + 1);
    answers.add(redis.send(Request.cmd(Command.GET).arg(keys.epoch())));
    for (Take take : order) {
      answers.add(change(redis, take.sku(), -take.quantity()));
    }
    return Future.all(answers)
        .compose(
            all -> {
              List<@Nullable Response> found = all.list();
              return verdict(redis, epoch, order, found);
            });
  }

  private Future<Verdict> verdict(
      RedisCommands redis, long epoch, List<Take> order, List<@Nullable Response> answers) {
    Response current = answers.getFirst();
    if (current == null || !current.toString().equals(Long.toString(epoch))) {
      return putBack(redis, order)
          .map(back -> new Verdict.Closed("the gate is missing or of another epoch"));
    }
    for (int i = 0; i < order.size(); i++) {
      if (number(answers.get(i + 1)) < 0) {
        Take falls = order.get(i);
        return putBack(redis, order).map(back -> new Verdict.FallsShort(falls));
      }
    }
    return Future.succeededFuture(Verdict.GRANTED);
  }

  private static long number(@Nullable Response answer) {
    return Objects.requireNonNull(
        Objects.requireNonNull(answer, "HINCRBY answers").toLong(), "HINCRBY answers numbers");
  }

  private Future<Void> putBack(RedisCommands redis, List<Take> order) {
    Map<Sku, Long> units = new HashMap<>();
    order.forEach(take -> units.merge(take.sku(), (long) take.quantity(), Long::sum));
    return adjust(redis, 0, units);
  }

  @Override
  public Future<Void> adjust(RedisCommands redis, long epoch, Map<Sku, Long> units) {
    List<Future<@Nullable Response>> answers = new ArrayList<>(units.size());
    units.forEach((sku, delta) -> answers.add(change(redis, sku, delta)));
    return Future.all(answers).mapEmpty();
  }

  private Future<@Nullable Response> change(RedisCommands redis, Sku sku, long delta) {
    return redis.send(Request.cmd(Command.HINCRBY).arg(keys.stock()).arg(sku.value()).arg(delta));
  }
}
