package io.pigpig.perf.load.flow;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one event loop on which all of a run happens, its timer and its clock.
 *
 * <p>On Linux the loop waits in epoll with a timerfd, so that it wakes within some tens of
 * microseconds of the time asked for and uses no CPU until then.
 */
public final class Loop implements AutoCloseable {

  private static final int CLOSE_SECONDS = 10;

  private final VertxInternal vertx;
  private final ContextInternal context;
  private final EventLoop eventLoop;

  private Loop(VertxInternal vertx) {
    this.vertx = vertx;
    this.context = vertx.createEventLoopContext();
    this.eventLoop = context.nettyEventLoop();
  }

  public static Loop create() {
    VertxOptions options =
        new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true);
    return new Loop((VertxInternal) Vertx.vertx(options));
  }

  public Vertx vertx() {
    return vertx;
  }

  public EventLoop eventLoop() {
    return eventLoop;
  }

  /** Makes TCP channels for the loop. */
  public ChannelFactory<? extends Channel> channels() {
    return vertx.transport().channelFactory(false);
  }

  /** Monotonic. */
  public long nanos() {
    return eventLoop.ticker().nanoTime();
  }

  /** Runs a task on the loop, soon. */
  public void execute(Runnable task) {
    eventLoop.execute(() -> context.dispatch(task));
  }

  /**
   * Runs a task on the loop after a time, at once after what is ready to be read. A task that is
   * executed again and again would keep the loop from reading; a timer that is due does not.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // A loop that has ended runs nothing any more.
  public void schedule(long delayNanos, Runnable task) {
    eventLoop.schedule(() -> context.dispatch(task), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    try {
      vertx.close().await(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the loop does not end in " + CLOSE_SECONDS + " s", e);
    }
  }
}
