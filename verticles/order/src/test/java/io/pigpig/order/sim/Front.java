package io.pigpig.order.sim;

import io.pigpig.order.Order;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The way of customers to the processes: requests and answers arrive late or not at all, and a
 * customer does not wait for ever. Keeps the history.
 */
final class Front {

  private static final long PATIENCE_NANOS = 6_000_000_000L;
  private static final int LOSS_PERCENT = 1;

  private final World world;
  private final List<ShopProcess> processes;
  private final List<Operation> history = new ArrayList<>();

  /**
   * @param processes by slot; what stands in a slot changes when a process is killed
   */
  Front(World world, List<ShopProcess> processes) {
    this.world = world;
    this.processes = processes;
  }

  /** Asks some process; {@code told} runs once, when the customer hears or gives up. */
  void ask(Operation operation, Function<ShopProcess, Future<Order>> request, Runnable told) {
    history.add(operation);
    boolean[] ended = {false};
    Runnable end =
        () -> {
          if (!ended[0]) {
            ended[0] = true;
            world.log("told " + operation);
            if (operation.told == Operation.Told.UNKNOWN) {
              world.count(World.Counter.UNKNOWN_OUTCOMES, 1);
            }
            told.run();
          }
        };
    int slot = world.random().nextInt(processes.size());
    world.scheduler().after(PATIENCE_NANOS, end);
    travel(() -> arrived(processes.get(slot), operation, request, end, ended));
  }

  private void arrived(
      ShopProcess process,
      Operation operation,
      Function<ShopProcess, Future<Order>> request,
      Runnable end,
      boolean[] ended) {
    if (!process.isServing()) {
      if (!ended[0]) {
        operation.notServed(world.scheduler().nowNanos());
      }
      end.run();
      return;
    }
    process
        .machine()
        .run(
            () ->
                request
                    .apply(process)
                    .onComplete(answer -> travel(() -> tell(operation, answer, end, ended))));
  }

  private void tell(Operation operation, AsyncResult<Order> answer, Runnable end, boolean[] ended) {
    if (ended[0]) {
      return;
    }
    long now = world.scheduler().nowNanos();
    if (answer.succeeded()) {
      operation.answered(answer.result(), now);
    } else if (answer.cause() instanceof RefusedException e) {
      operation.refused(e.refusal(), now);
    } else {
      operation.code = "DEFECT " + answer.cause();
    }
    end.run();
  }

  private void travel(Runnable arrive) {
    boolean lost = world.chance(LOSS_PERCENT);
    long delay = world.millisBetween(1, 8);
    if (!lost) {
      world.scheduler().after(delay, arrive);
    }
  }

  List<Operation> history() {
    return history;
  }
}
