package io.pigpig.rpc;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.context.storage.ContextLocal;
import org.jspecify.annotations.Nullable;

/**
 * The call that is being worked on, kept in its Vert.x context, so that what is asked of others for
 * it ends with it. Vert.x finds this class as a service, because such a place has to be there
 * before the first Vert.x.
 */
public final class CurrentCall implements VertxServiceProvider {

  @SuppressWarnings("unchecked")
  private static final ContextLocal<RpcCall<?>> PLACE =
      ContextLocal.registerLocal((Class<RpcCall<?>>) (Class<?>) RpcCall.class);

  @Override
  public void init(VertxBootstrap bootstrap) {
    // The place is there once the class is.
  }

  public static void set(Context context, RpcCall<?> call) {
    context.putLocal(PLACE, call);
  }

  public static @Nullable RpcCall<?> get() {
    Context context = Vertx.currentContext();
    return context == null ? null : context.getLocal(PLACE);
  }

  /**
   * {@code deadlineNanos}, or the deadline of the call that is being worked on if it is earlier.
   */
  public static long deadlineNanos(long deadlineNanos) {
    RpcCall<?> call = get();
    return call == null || call.deadlineNanos() == 0
        ? deadlineNanos
        : deadlineNanos - Math.max(0, deadlineNanos - call.deadlineNanos());
  }
}
