package io.pigpig.origins;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.redis.RedisCommands;
import io.pigpig.stock.Take;
import io.pigpig.stock.Verdict;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** How the units of one order are taken from the gate's keys. Futures fail with Redis' errors. */
interface Taking {

  Future<Verdict> take(RedisCommands redis, long epoch, List<Take> order);

  Future<Void> adjust(RedisCommands redis, long epoch, Map<Sku, Long> units);
}
