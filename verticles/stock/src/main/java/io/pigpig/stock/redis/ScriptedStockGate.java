package io.pigpig.stock.redis;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.batch.BatchWork;
import io.pigpig.runtime.batch.NaturalBatcher;
import io.pigpig.runtime.redis.RedisCommands;
import io.pigpig.stock.SoldOutBoard;
import io.pigpig.stock.StockGate;
import io.pigpig.stock.StockSettings;
import io.pigpig.stock.Take;
import io.pigpig.stock.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate as one Redis script call a micro-batch: {@code take.lua} takes the sums of the batch,
 * and only when a SKU falls short of them {@code gate.lua} decides order by order.
 *
 * <p>While one call is in flight the next batch gathers; adjustments ride with it. The gate fails
 * closed: when its keys are missing, belong to another epoch, or Redis does not answer, every order
 * of the batch is {@link Verdict.Closed} and the gate asks for repair before it is used again.
 * Owned by one event loop; not thread-safe.
 */
public final class ScriptedStockGate implements StockGate {

  private static final Logger log = LoggerFactory.getLogger(ScriptedStockGate.class);
  private static final long CLOSED = -1;
  private static final String NOT_OURS = "the gate is missing or of another epoch";

  private static final Script TAKE_ALL = Script.load("take.lua");
  private static final Script DECIDE_EACH = Script.load("gate.lua");

  /** What take.lua answers. */
  private static final long ALL_GRANTED = 0;

  private static final long FALLS_SHORT = 1;

  /** More of them go to gate.lua at once, see take.lua. */
  private static final int SUMMED_SKUS_MAX = 500;

  private record Waiting(List<Take> order, Promise<Verdict> verdict) {}

  private final RedisCommands link;
  private final GateKeys keys;
  private final SoldOutBoard board;
  private final Supplier<Future<Long>> repair;
  private final NaturalBatcher<Waiting> batcher;
  private Map<String, Long> adjustments = new HashMap<>();
  private Promise<Void> adjusted = Promise.promise();
  private long epoch = CLOSED;
  private boolean repairing;
  private boolean told;

  /**
   * What the gate is made of, each owned by the same event loop.
   *
   * @param repair makes the gate trustworthy and answers its epoch on this loop, see {@code
   *     GateKeeper.open}
   */
  public record Parts(
      RedisCommands link, GateKeys keys, SoldOutBoard board, Supplier<Future<Long>> repair) {}

  public ScriptedStockGate(Parts parts, StockSettings settings, Executor loop) {
    this.link = parts.link();
    this.keys = parts.keys();
    this.board = parts.board();
    this.repair = parts.repair();
    this.batcher =
        new NaturalBatcher<>(
            settings.gateBatchMax(),
            settings.gateQueueMax(),
            loop,
            new BatchWork<>(this::decide, this::failed));
  }

  /** Asks for a trustworthy gate; until it is there every order finds the gate closed. */
  public Future<Void> open() {
    repairing = true;
    return repair
        .get()
        .onSuccess(
            trusted -> {
              epoch = trusted;
              told = false;
            })
        .onComplete(done -> repairing = false)
        .mapEmpty();
  }

  /**
   * Opens the gate if it is closed and no attempt is under way. Called now and then by the owner,
   * because an attempt fails while a store is away.
   */
  public void openAgain() {
    if (epoch == CLOSED && !repairing && link.isUp()) {
      open().onFailure(this::tellOnce);
    }
  }

  /** Once a closure, because an attempt follows on the other. */
  private void tellOnce(Throwable cause) {
    if (!told) {
      told = true;
      log.warn("the stock gate stays closed: {}", cause.getMessage());
    }
  }

  public boolean isOpen() {
    return epoch != CLOSED && link.isUp();
  }

  @Override
  public Future<Verdict> take(List<Take> order) {
    Promise<Verdict> verdict = Promise.promise();
    if (!batcher.offer(new Waiting(order, verdict))) {
      return Future.succeededFuture(new Verdict.Closed("the gate's queue is full"));
    }
    return verdict.future();
  }

  @Override
  public Future<Void> adjust(Map<Sku, Long> units) {
    units.forEach((sku, delta) -> adjustments.merge(sku.value(), delta, Long::sum));
    Future<Void> done = adjusted.future();
    // An order of no lines carries the adjustments when no other order is on its way.
    if (batcher.waiting() == 0 && !batcher.offer(new Waiting(List.of(), Promise.promise()))) {
      log.debug("adjustments wait for the next batch");
    }
    return done;
  }

  /** Completes once every order that was taken in has its verdict. */
  public Future<Void> drained() {
    return batcher.idle();
  }

  private Future<?> decide(List<Waiting> batch) {
    Map<String, Long> riding = adjustments;
    Promise<Void> told = adjusted;
    adjustments = new HashMap<>();
    adjusted = Promise.promise();
    if (epoch == CLOSED) {
      close(batch, "the gate is being rebuilt");
      told.complete();
      return Future.succeededFuture();
    }
    return takeAll(batch, riding)
        .compose(
            taken ->
                taken == FALLS_SHORT
                    ? decideEach(batch, riding)
                    : Future.succeededFuture(allAtOnce(batch, taken)))
        .onComplete(done -> told.complete());
  }

  /** What take.lua answers to the sums of the batch. */
  private Future<Long> takeAll(List<Waiting> batch, Map<String, Long> riding) {
    Map<String, Long> units = new HashMap<>();
    riding.forEach((sku, delta) -> units.put(sku, -delta));
    for (Waiting waiting : batch) {
      for (Take take : waiting.order()) {
        units.merge(take.sku().value(), (long) take.quantity(), Long::sum);
      }
    }
    if (units.size() > SUMMED_SKUS_MAX) {
      return Future.succeededFuture(FALLS_SHORT);
    }
    return called(TAKE_ALL, request -> sums(request, units))
        .map(response -> response == null ? CLOSED : number(response));
  }

  private Request sums(Request request, Map<String, Long> units) {
    addressed(request);
    units.forEach((sku, taken) -> request.arg(sku).arg(taken));
    return request;
  }

  private List<Waiting> allAtOnce(List<Waiting> batch, long taken) {
    if (taken != ALL_GRANTED) {
      close(batch, NOT_OURS);
    } else {
      batch.forEach(waiting -> waiting.verdict().complete(Verdict.GRANTED));
    }
    return batch;
  }

  private Future<List<Waiting>> decideEach(List<Waiting> batch, Map<String, Long> riding) {
    long asOf = board.reopenings();
    return called(DECIDE_EACH, request -> arguments(request, batch, riding))
        .map(response -> answer(batch, response, asOf));
  }

  /** A defect in the request is an answer as well: the adjustments, too, are told. */
  private Future<@Nullable Response> called(Script script, Script.Arguments arguments) {
    try {
      return script.call(link, arguments);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void failed(List<Waiting> batch, Throwable cause) {
    close(batch, "the gate does not answer: " + cause.getMessage());
  }

  private Request addressed(Request request) {
    return request.arg(2).arg(keys.stock()).arg(keys.epoch()).arg(epoch);
  }

  private Request arguments(Request request, List<Waiting> batch, Map<String, Long> riding) {
    addressed(request).arg(riding.size());
    riding.forEach((sku, delta) -> request.arg(sku).arg(delta));
    for (Waiting waiting : batch) {
      request.arg(waiting.order().size());
      for (Take take : waiting.order()) {
        request.arg(take.sku().value()).arg(take.quantity());
      }
    }
    return request;
  }

  private List<Waiting> answer(List<Waiting> batch, @Nullable Response response, long asOf) {
    if (response == null || number(response.get(0)) != 0) {
      close(batch, NOT_OURS);
      return batch;
    }
    int at = 1;
    for (int i = 0; i < batch.size(); i++) {
      Waiting waiting = batch.get(i);
      if (at < response.size() && number(response.get(at)) == i + 1) {
        Take take = waiting.order().get((int) number(response.get(at + 1)) - 1);
        if (number(response.get(at + 2)) <= 0) {
          board.markSoldOut(take.sku().value(), asOf);
        }
        waiting.verdict().complete(new Verdict.FallsShort(take));
        at += 3;
      } else {
        waiting.verdict().complete(Verdict.GRANTED);
      }
    }
    return batch;
  }

  private static long number(Response response) {
    return Objects.requireNonNull(response.toLong(), "the gate answers numbers");
  }

  /** Closed before anybody hears of it, so that whoever asks again finds it closed. */
  private void close(List<Waiting> batch, String why) {
    boolean wasOpen = epoch != CLOSED;
    epoch = CLOSED;
    for (Waiting waiting : batch) {
      waiting.verdict().tryComplete(new Verdict.Closed(why));
    }
    if (wasOpen) {
      log.warn("the stock gate is closed: {}", why);
      openAgain();
    }
  }
}
