package io.pigpig.stock.redis;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.redis.RedisCommands;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.StockSettings;
import io.pigpig.stock.Take;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import io.vertx.redis.client.impl.types.NumberType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a micro-batch of so many orders, of one line each, costs the gate's side of the script:
 * gathered, summed, encoded as Redis reads it, and answered.
 */
@State(Scope.Thread)
public class GateScriptBenchmark {

  private static final int SKUS = 10;

  @Param({"1", "32", "128"})
  private int orders;

  /** The end of the loop's turn. */
  private final Deque<Runnable> turn = new ArrayDeque<>();

  private final GrantingRedis redis = new GrantingRedis();
  private final ScriptedStockGate gate =
      new ScriptedStockGate(
          new ScriptedStockGate.Parts(
              redis,
              new GateKeys("pigpig:{benchmark}:stock", "pigpig:{benchmark}:epoch"),
              new SoldOutBoard(Ticker.system(), Duration.ofSeconds(1)),
              () -> Future.succeededFuture(1L)),
          SettingsReader.read(StockSettings.class, Map.of()),
          turn::add);

  private List<List<Take>> batch = List.of();

  /** Encodes what it is sent, and has enough of everything. */
  private static final class GrantingRedis implements RedisCommands {

    private long bytes;

    @Override
    public boolean isUp() {
      return true;
    }

    @Override
    public Future<@Nullable Response> send(Request command) {
      bytes += ((RequestImpl) command).encode().length();
      return Future.succeededFuture(NumberType.create(0L));
    }
  }

  @Setup
  public void gather() {
    batch =
        IntStream.range(0, orders)
            .mapToObj(i -> List.of(new Take(new Sku("TEE-CLASSIC-WHITE-" + i % SKUS), 1)))
            .toList();
    gate.open();
  }

  @Benchmark
  public long decide() {
    for (List<Take> order : batch) {
      gate.take(order);
    }
    while (!turn.isEmpty()) {
      turn.remove().run();
    }
    return redis.bytes;
  }
}
