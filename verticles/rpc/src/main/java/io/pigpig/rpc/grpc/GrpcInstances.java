package io.pigpig.rpc.grpc;

import io.pigpig.rpc.grpc.GrpcCaller.Target;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.endpoint.EndpointResolverInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.endpoint.LoadBalancer;
import io.vertx.core.net.endpoint.ServerEndpoint;
import io.vertx.core.net.endpoint.ServerInteraction;
import org.jspecify.annotations.Nullable;

/**
 * The instances of a service, chosen among by its balancer. The client of Vert.x would choose by
 * itself, but tells the balancer only what happens to HTTP requests: nothing of a batch that has no
 * answer, of a stream that was answered before it fell silent, or of a process that is frozen.
 */
final class GrpcInstances {

  private final Target target;
  private final @Nullable EndpointResolverInternal resolver;

  GrpcInstances(Vertx vertx, Target target) {
    this.target = target;
    this.resolver =
        target.resolver() == null
            ? null
            : EndpointResolverInternal.create(
                (VertxInternal) vertx,
                target.resolver().endpointResolver(vertx),
                target.balancer() == null ? LoadBalancer.ROUND_ROBIN : target.balancer(),
                0);
  }

  /** An instance that was chosen. */
  record Chosen(SocketAddress address, @Nullable ServerEndpoint endpoint) {

    /** One question to it, whose end is told to the balancer. */
    Interaction begin() {
      return endpoint == null ? Interaction.NONE : new Interaction(endpoint.newInteraction());
    }
  }

  /** How one question ends, as the balancer hears of it. */
  record Interaction(@Nullable ServerInteraction told) {

    /** Nobody hears of it. */
    static final Interaction NONE = new Interaction(null);

    void answered() {
      if (told != null) {
        told.reportResponseBegin();
      }
    }

    void failed(Throwable cause) {
      if (told != null) {
        told.reportFailure(cause);
      }
    }
  }

  /** Fails where there is none. */
  Future<Chosen> choose() {
    return resolver == null
        ? Future.succeededFuture(new Chosen((SocketAddress) target.address(), null))
        : resolver
            .resolveEndpoint(target.address())
            .map(
                endpoint -> {
                  ServerEndpoint server = endpoint.selectServer();
                  return new Chosen(server.address(), server);
                });
  }

  /** Whether the instance is still one of the service's; true while that is not known. */
  boolean isListed(Chosen chosen) {
    ServerEndpoint mine = chosen.endpoint();
    if (resolver == null || mine == null) {
      return true;
    }
    var now = resolver.resolveEndpoint(target.address());
    if (!now.succeeded()) {
      return true;
    }
    for (ServerEndpoint each : now.result().servers()) {
      if (each.key().equals(mine.key())) {
        return true;
      }
    }
    return false;
  }
}
