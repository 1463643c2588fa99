package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.pigpig.rpc.FailureLog;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.rpc.grpc.GrpcEndpoint.Readiness;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.health.v1.HealthListRequest;
import io.vertx.grpc.health.v1.HealthListResponse;
import io.vertx.grpc.health.v1.HealthProto;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code grpc.health.v1.Health}: whether the process can do its work, as {@code /health/ready} says
 * it, of the process ({@code ""}) and of each service alike, since every service needs what the
 * process needs. Served by us and not by the library, so that it has the limits of every call: the
 * library inflates what is compressed, ends no call by a deadline, and keeps those who watch after
 * they have gone. Owned by one event loop.
 */
final class GrpcHealth {

  private static final String NAME = "grpc.health.v1.Health";

  static final RpcMethod<HealthCheckRequest, HealthCheckResponse> CHECK =
      method(
          "Check",
          HealthCheckRequest.getDefaultInstance(),
          HealthCheckResponse.getDefaultInstance());

  /** A loop that does not answer by then is taken for stuck, as {@code /health/ready} has it. */
  private static final long PROBE_MILLIS = 2_000;

  private final GrpcCall.Terms terms;
  private final Readiness readiness;
  private final FailureLog failures;
  private final List<String> services = new ArrayList<>(List.of("", NAME));
  private @Nullable Future<Boolean> asking;
  private boolean draining;

  GrpcHealth(GrpcCall.Terms terms, Readiness readiness) {
    this.terms = terms;
    this.readiness = readiness;
    this.failures = new FailureLog("health", terms.ticker());
  }

  void add(String service) {
    services.add(service);
  }

  /** From here on nothing is served, whatever else there is. */
  void drain() {
    draining = true;
  }

  RpcService service() {
    return new RpcService(HealthProto.getDescriptor().findServiceByName("Health"))
        .unary(CHECK, Access.ANYBODY, (call, question) -> check(question.getService()))
        .unary(
            method(
                "List",
                HealthListRequest.getDefaultInstance(),
                HealthListResponse.getDefaultInstance()),
            Access.ANYBODY,
            (call, question) -> list())
        .follow(
            method(
                "Watch",
                HealthCheckRequest.getDefaultInstance(),
                HealthCheckResponse.getDefaultInstance()),
            Access.ANYBODY,
            (call, question) -> new Watch(call, question.getService()).begin());
  }

  private static <Q extends Message, A extends Message> RpcMethod<Q, A> method(
      String name, Q question, A answer) {
    return new RpcMethod<>(NAME, name, Effect.READ, question, answer);
  }

  private Future<HealthCheckResponse> check(String service) {
    return services.contains(service)
        ? serving().map(GrpcHealth::response)
        : Refused.with(new Refusal.NotFound("there is no such service"));
  }

  private Future<HealthListResponse> list() {
    return serving()
        .map(
            status -> {
              HealthListResponse.Builder all = HealthListResponse.newBuilder();
              services.forEach(service -> all.putStatuses(service, response(status)));
              return all.build();
            });
  }

  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }

  /** However many ask, the loops are asked once at a time. */
  private Future<ServingStatus> serving() {
    if (draining) {
      return Future.succeededFuture(ServingStatus.NOT_SERVING);
    }
    Future<Boolean> current = asking;
    if (current == null) {
      Future<Boolean> fresh =
          readiness
              .ready()
              .timeout(PROBE_MILLIS, TimeUnit.MILLISECONDS)
              .onFailure(cause -> failures.failed(NAME, cause))
              .otherwise(false);
      current = fresh;
      asking = fresh;
      fresh.onComplete(done -> asking = null);
    }
    return current.map(
        ready -> ready && !draining ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** Looks again and again, and tells what has changed. */
  private final class Watch {

    private final RpcCall<HealthCheckResponse> call;
    private final String service;
    private @Nullable ServingStatus told;
    private long timer;

    Watch(RpcCall<HealthCheckResponse> call, String service) {
      this.call = call;
      this.service = service;
    }

    void begin() {
      call.onDrain(
          () -> {
            tell(ServingStatus.NOT_SERVING);
            call.end();
          });
      call.onOver(() -> terms.vertx().cancelTimer(timer));
      look();
    }

    private void look() {
      Future<ServingStatus> status =
          services.contains(service)
              ? serving()
              : Future.succeededFuture(ServingStatus.SERVICE_UNKNOWN);
      status.onSuccess(this::tell).onFailure(call::fail);
    }

    private void tell(ServingStatus status) {
      if (call.isOver()) {
        return;
      }
      Future<Void> sent = status == told ? Future.succeededFuture() : call.write(response(status));
      told = status;
      sent.onComplete(ready -> again());
    }

    private void again() {
      if (!call.isOver()) {
        timer = terms.vertx().setTimer(terms.settings().watchEvery().toMillis(), id -> look());
      }
    }
  }
}
