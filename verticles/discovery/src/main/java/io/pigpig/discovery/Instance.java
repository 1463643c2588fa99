package io.pigpig.discovery;

import io.vertx.core.net.SocketAddress;

/**
 * One process that serves a context.
 *
 * @param id unique among the instances of its service
 * @param weight share of the requests, relative to the others; 0 takes none unless all are 0
 */
public record Instance(String id, String host, int port, int weight) {

  public static final int WEIGHT_MAX = 1_000;

  public Instance {
    if (port < 1 || port > 65_535 || weight < 0 || weight > WEIGHT_MAX || host.isEmpty()) {
      throw new IllegalArgumentException(
          "instance " + id + " at " + host + ":" + port + " " + weight);
    }
  }

  SocketAddress address() {
    return SocketAddress.inetSocketAddress(port, host);
  }
}
