package io.pigpig.perf.load.flow;

import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadPlan.Mode;
import io.pigpig.perf.load.record.OrderHistory;
import io.pigpig.perf.load.record.Second;
import io.pigpig.perf.load.record.Seconds;
import io.pigpig.perf.load.schedule.Schedule;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run, from the first connection to the last answer. Everything happens on the loop, which wakes
 * for each arrival and at least every {@value #TEND_MILLIS} ms for what is overdue: a request may
 * be found to have no answer so much after its deadline.
 */
public final class Generator {

  private static final long TEND_MILLIS = 5;
  private static final long TEND_NANOS = TimeUnit.MILLISECONDS.toNanos(TEND_MILLIS);

  private final Loop loop;
  private final LoadPlan plan;
  private final Schedule schedule;
  private final Judge judge;
  private final Flow flow;
  private final Promise<Void> began = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private @Nullable Pace pace;
  private boolean stopping;

  /** What a run is made of. */
  public record Parts(
      Loop loop,
      Schedule schedule,
      Connector connector,
      OrderHistory history,
      Consumer<Second> closedSeconds) {}

  public Generator(LoadPlan plan, Parts parts) {
    this.loop = parts.loop();
    this.plan = plan;
    this.schedule = parts.schedule();
    this.judge = new Judge(new Seconds(parts.closedSeconds()), parts.history());
    this.flow = new Flow(loop, plan, parts.connector(), judge, this::pump);
  }

  /** Begins once all connections are open. */
  public void start() {
    loop.execute(
        () -> flow.connections().open().onSuccess(opened -> begin()).onFailure(this::fail));
  }

  /** Completes with the first intended request; fails when not all connections could be opened. */
  public Future<Void> began() {
    return began.future();
  }

  /** Completes when every request has ended; fails when the run proves nothing. */
  public Future<Void> ended() {
    return ended.future();
  }

  /** Ends the schedule here. What is under way still gets its answer. From any thread. */
  public void stop() {
    if (ended.future().isComplete()) {
      return;
    }
    loop.execute(
        () -> {
          stopping = true;
          if (pace != null) {
            pace.stop();
          }
        });
  }

  private void begin() {
    long now = loop.nanos();
    judge.begin(now);
    pace =
        plan.pace().mode() == Mode.OPEN
            ? new OpenPace(loop, schedule, flow, now)
            : new ClosedPace(loop, flow, now + schedule.lengthNanos());
    if (stopping) {
      pace.stop();
    }
    began.complete();
    wake(pace);
  }

  /** A connection has room. */
  private void pump() {
    if (pace != null && !ended.future().isComplete()) {
      pace.pump();
    }
  }

  private void wake(Pace current) {
    if (ended.future().isComplete()) {
      return;
    }
    try {
      current.pump();
      flow.tend();
      long now = loop.nanos();
      if (current.isOver() && flow.isIdle()) {
        end();
        return;
      }
      long next = flow.nextNanos(current.nextNanos(now + TEND_NANOS));
      judge.closeSeconds(Math.min(now, next));
      loop.schedule(next - now, () -> wake(current));
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void end() {
    judge.end();
    flow.connections().close();
    ended.complete();
  }

  /** From then on nothing is sent, and no result is written. */
  private void fail(Throwable cause) {
    began.tryFail(cause);
    ended.tryFail(cause);
    flow.connections().close();
  }
}
