package io.pigpig.origins;

import io.pigpig.catalog.Sku;
import io.pigpig.edge.wiring.Choices.GateParts;
import io.pigpig.edge.wiring.ConnectedGate;
import io.pigpig.stock.Take;
import io.pigpig.stock.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gate that each order goes through by itself, in no batch. Fails closed as the stack's own. As
 * many at a time as the order path has under way, which is its bound. Owned by one event loop.
 */
final class GateOfRequests implements ConnectedGate {

  private static final Logger log = LoggerFactory.getLogger(GateOfRequests.class);
  private static final long CLOSED = -1;

  private final RedisUse redis;
  private final Taking taking;
  private final GateParts parts;
  private long epoch = CLOSED;
  private boolean repairing;
  private int underWay;
  private @Nullable Promise<Void> idle;

  GateOfRequests(RedisUse redis, Taking taking, GateParts parts) {
    this.redis = redis;
    this.taking = taking;
    this.parts = parts;
  }

  @Override
  public Future<Void> connect() {
    return redis.connect();
  }

  @Override
  public Future<Void> open() {
    repairing = true;
    return parts
        .repair()
        .get()
        .onSuccess(trusted -> epoch = trusted)
        .onComplete(done -> repairing = false)
        .mapEmpty();
  }

  @Override
  public void openAgain() {
    if (epoch == CLOSED && !repairing) {
      open().onFailure(e -> log.debug("the gate stays closed: {}", e.getMessage()));
    }
  }

  @Override
  public boolean isUp() {
    return redis.isUp();
  }

  @Override
  public boolean isOpen() {
    return epoch != CLOSED && isUp();
  }

  @Override
  public Future<Verdict> take(List<Take> order) {
    if (epoch == CLOSED) {
      return Future.succeededFuture(new Verdict.Closed("the gate is being rebuilt"));
    }
    long trusted = epoch;
    return counted(
        redis
            .with(connection -> taking.take(connection, trusted, order))
            .otherwise(e -> new Verdict.Closed("the gate does not answer: " + e.getMessage()))
            .onSuccess(this::closeIfClosed));
  }

  private void closeIfClosed(Verdict verdict) {
    if (verdict instanceof Verdict.Closed closed && epoch != CLOSED) {
      epoch = CLOSED;
      log.warn("the stock gate is closed: {}", closed.why());
    }
  }

  @Override
  public Future<Void> adjust(Map<Sku, Long> units) {
    if (epoch == CLOSED || units.isEmpty()) {
      return Future.succeededFuture();
    }
    long trusted = epoch;
    return counted(
        redis
            .with(connection -> taking.adjust(connection, trusted, units))
            .onFailure(e -> log.warn("units are left to the comparison: {}", e.getMessage()))
            .otherwiseEmpty());
  }

  private <T> Future<T> counted(Future<T> work) {
    underWay++;
    return work.onComplete(
        done -> {
          underWay--;
          Promise<Void> waiting = idle;
          if (underWay == 0 && waiting != null) {
            waiting.tryComplete();
          }
        });
  }

  @Override
  public Future<Void> drained() {
    if (underWay == 0) {
      return Future.succeededFuture();
    }
    Promise<Void> waiting = idle == null ? Promise.promise() : idle;
    idle = waiting;
    return waiting.future();
  }

  @Override
  public Future<Void> close() {
    return redis.close();
  }
}
