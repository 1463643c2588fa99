package io.pigpig.edge.wiring;

import io.pigpig.discovery.BalancerSettings;
import io.pigpig.discovery.WeightedBalancer;
import io.pigpig.edge.http.OrderBodies;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.StockService;
import io.pigpig.stock.redis.GateKeys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.endpoint.LoadBalancer;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * What a process could as well be made of: one factory for each technique whose worth is measured
 * by taking it away. The harness starts this same program with others than {@link #ours}.
 *
 * @param orderBodies called once an event loop
 * @param remoteStock around the stock of another process, as the edge asks it
 */
public record Choices(
    Gates gates,
    OrderStores orderStores,
    Supplier<OrderBodies> orderBodies,
    Balancers balancers,
    UnaryOperator<StockService> remoteStock) {

  /**
   * Where one event loop's parts are made.
   *
   * @param number of the loop, from 0
   */
  public record Site(
      Vertx vertx,
      EdgeSettings settings,
      String postgresUrl,
      String redisUrl,
      int number,
      RandomGenerator random) {}

  /**
   * What a gate is made of beside its way to Redis.
   *
   * @param repair makes the gate trustworthy and answers its epoch on this loop
   * @param loop that owns the gate
   */
  public record GateParts(
      GateKeys keys, SoldOutBoard board, Supplier<Future<Long>> repair, Executor loop) {}

  /** How orders are admitted. */
  @FunctionalInterface
  public interface Gates {
    ConnectedGate on(Site site, GateParts parts);
  }

  /** How orders are made durable. */
  @FunctionalInterface
  public interface OrderStores {
    /**
     * Nothing is opened yet.
     *
     * @param reader that reads are made by; opened and closed by its owner
     */
    OrderStore on(Site site, PgLink reader);
  }

  /** How an instance of another role is chosen. */
  @FunctionalInterface
  public interface Balancers {
    LoadBalancer of(BalancerSettings settings, Ticker ticker, RandomGenerator random);
  }

  /** Those of this stack. */
  public static Choices ours() {
    return new Choices(
        LinkedGate::new,
        PipelinedOrderStore::new,
        OrderBodies::byHand,
        WeightedBalancer::new,
        UnaryOperator.identity());
  }
}
