package io.pigpig.rpc.grpc;

import io.pigpig.rpc.RpcService.Access;
import io.pigpig.rpc.RpcService.Binding;
import io.pigpig.rpc.RpcService.Shape;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.grpc.GrpcEndpoint.Callers;
import io.pigpig.runtime.CallerAddress;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.RateLimiter;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.grpc.common.GrpcHeaderNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives each call its deadline, finds out who makes it, and whether they may, and how often and how
 * many at a time. Operators are free of the last two: processes of this stack are operators to each
 * other, and have bounded their own callers. Owned by one event loop.
 */
final class GrpcAdmission {

  /** Who asks without a token what anybody may ask; counted by address. */
  private static final Principal NOBODY =
      new Principal("nobody", Role.CUSTOMER, Principal.Membership.NONE);

  private final Callers callers;
  private final GrpcCall.Terms terms;
  private final RpcSettings settings;
  private final RateLimiter rates;
  private final Map<String, Integer> lastingOf = new HashMap<>();
  private int lasting;

  GrpcAdmission(Callers callers, GrpcCall.Terms terms) {
    this.callers = callers;
    this.terms = terms;
    this.settings = terms.settings();
    rates =
        new RateLimiter(
            terms.ticker(), settings.callerRate(), settings.callerBurst(), settings.callersMax());
  }

  /** Runs {@code begin} once the call is admitted; else the call has ended. */
  void admit(GrpcCall<?, ?> call, Binding<?, ?> binding, Runnable begin) {
    bound(call, binding.shape());
    boolean anonymous = !call.request().headers().contains(CallerHeaders.AUTHORIZATION);
    String token = CallerHeaders.token(call.request().headers());
    if (anonymous && binding.access() == Access.ANYBODY) {
      admitted(call, binding.shape(), null, begin);
    } else if (token == null) {
      call.refuse(new Refusal.Unauthenticated("this needs metadata authorization: Bearer <token>"));
    } else {
      verify(call, binding, token, begin);
    }
  }

  private void bound(GrpcCall<?, ?> call, Shape shape) {
    Duration most = settings.callTimeoutMax();
    Duration unnamed = settings.callTimeout();
    if (shape != Shape.BOUNDED) {
      call.last();
      most = settings.lastingFor();
      unnamed = Duration.ZERO;
    }
    boolean named = call.request().headers().contains(GrpcHeaderNames.GRPC_TIMEOUT);
    // Less than a millisecond is read as none.
    long millis = named ? Math.max(1, call.request().timeout()) : unnamed.toMillis();
    if (millis > 0) {
      long bounded = Math.min(millis, most.toMillis());
      call.until(terms.ticker().nanos() + TimeUnit.MILLISECONDS.toNanos(bounded));
    }
  }

  private void verify(GrpcCall<?, ?> call, Binding<?, ?> binding, String token, Runnable begin) {
    Future<Principal> verified = callers.verify(token);
    if (verified.succeeded()) {
      allow(call, binding, verified.result(), begin);
      return;
    }
    call.pause();
    verified
        .onSuccess(
            caller -> {
              allow(call, binding, caller, begin);
              call.resume();
            })
        .onFailure(call::fail);
  }

  private void allow(GrpcCall<?, ?> call, Binding<?, ?> binding, Principal caller, Runnable begin) {
    Principal who;
    try {
      Principal other = CallerHeaders.onBehalfOf(call.request().headers(), caller);
      who = binding.access().admit(caller, other);
    } catch (RefusedException e) {
      call.refuse(e.refusal());
      return;
    }
    if (caller.isOperator()) {
      call.admit(who);
      begin.run();
    } else {
      admitted(call, binding.shape(), who, begin);
    }
  }

  /**
   * @param who by a token; null without one
   */
  private void admitted(GrpcCall<?, ?> call, Shape shape, @Nullable Principal who, Runnable begin) {
    String counted = who == null ? address(call) : who.customer();
    long waitNanos = rates.tryAcquireNanos(counted);
    if (waitNanos > 0) {
      call.refuse(new Refusal.RateLimited(counted, Duration.ofNanos(waitNanos)));
      return;
    }
    if (shape != Shape.BOUNDED && !call.isOver()) {
      int its = lastingOf.getOrDefault(counted, 0);
      if (lasting >= settings.lastingMax() || its >= settings.lastingOfCallerMax()) {
        String full =
            its >= settings.lastingOfCallerMax() ? "the share of " + counted : "the share";
        call.refuse(
            new Refusal.Overloaded(full + " of calls without a deadline", Refused.RETRY_AFTER));
        return;
      }
      lasting++;
      lastingOf.merge(counted, 1, Integer::sum);
      call.onOver(() -> ended(counted));
    }
    call.admit(who == null ? NOBODY : who);
    begin.run();
  }

  private static String address(GrpcCall<?, ?> call) {
    return CallerAddress.of(call.request().connection().remoteAddress());
  }

  private void ended(String counted) {
    lasting--;
    lastingOf.computeIfPresent(counted, (name, count) -> count == 1 ? null : count - 1);
  }
}
