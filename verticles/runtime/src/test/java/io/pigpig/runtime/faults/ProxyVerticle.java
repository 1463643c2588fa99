package io.pigpig.runtime.faults;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for one proxy and opens its tunnels, all on one event loop. */
final class ProxyVerticle extends VerticleBase {

  static final String HOST = "127.0.0.1";
  private static final Logger log = LoggerFactory.getLogger(ProxyVerticle.class);
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  final Faults faults = new Faults();
  final Set<Tunnel> tunnels = new HashSet<>();
  long accepted;
  int port;
  SocketAddress target;
  private @Nullable NetClient toTarget;

  ProxyVerticle(SocketAddress target) {
    this.target = target;
  }

  Context loop() {
    return context;
  }

  @Override
  public Future<?> start() {
    toTarget =
        vertx.createNetClient(
            new NetClientOptions().setTcpNoDelay(true).setConnectTimeout(CONNECT_TIMEOUT_MILLIS));
    return vertx
        .createNetServer(new NetServerOptions().setHost(HOST).setPort(0).setTcpNoDelay(true))
        .connectHandler(this::accept)
        .listen()
        .onSuccess(server -> port = server.actualPort());
  }

  /** The server and the client are closed with the verticle. */
  @Override
  public Future<?> stop() {
    faults.heal();
    List.copyOf(tunnels).forEach(Tunnel::reset);
    return Future.succeededFuture();
  }

  private void accept(NetSocket client) {
    accepted++;
    if (faults.refusing) {
      Tunnel.reset(client);
      return;
    }
    client.pause();
    Objects.requireNonNull(toTarget, "listens after its start")
        .connect(target)
        .onSuccess(
            server -> {
              server.pause();
              new Tunnel(vertx, client, server, faults).open(tunnels);
            })
        .onFailure(
            e -> {
              log.debug("{} cannot be reached: {}", target, e.getMessage());
              Tunnel.reset(client);
            });
  }
}
