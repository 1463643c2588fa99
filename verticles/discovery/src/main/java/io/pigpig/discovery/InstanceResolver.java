package io.pigpig.discovery;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.Address;
import io.vertx.core.net.AddressResolver;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.endpoint.EndpointBuilder;
import io.vertx.core.spi.endpoint.EndpointResolver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives Vert.x' clients, HTTP and gRPC, the instances that are known now. A change is seen by the
 * next request. Safe from any thread.
 */
public final class InstanceResolver implements AddressResolver<Service> {

  private final Instances instances;

  public InstanceResolver(Instances instances) {
    this.instances = instances;
  }

  @Override
  public EndpointResolver<Service, ?, ?, ?> endpointResolver(Vertx vertx) {
    return new Resolver<>();
  }

  /** What was resolved, and from which list. */
  private record State<E>(Service service, List<Instance> from, E endpoint) {}

  private final class Resolver<E> implements EndpointResolver<Service, Instance, State<E>, E> {

    @Override
    public @Nullable Service tryCast(Address address) {
      return address instanceof Service service ? service : null;
    }

    @Override
    public SocketAddress addressOf(Instance server) {
      return server.address();
    }

    @Override
    public Future<State<E>> resolve(Service service, EndpointBuilder<E, Instance> builder) {
      List<Instance> now = instances.of(service);
      EndpointBuilder<E, Instance> filled = builder;
      for (Instance instance : now) {
        filled = filled.addServer(instance, instance.id());
      }
      return Future.succeededFuture(new State<>(service, now, filled.build()));
    }

    @Override
    public E endpoint(State<E> state) {
      return state.endpoint();
    }

    /** The same list object means that nothing changed. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean isValid(State<E> state) {
      return instances.of(state.service()) == state.from();
    }

    @Override
    public void dispose(State<E> state) {
      // Nothing is held.
    }

    @Override
    public void close() {
      // The instances belong to who made them.
    }
  }
}
