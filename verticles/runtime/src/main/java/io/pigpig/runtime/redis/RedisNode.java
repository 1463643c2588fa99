package io.pigpig.runtime.redis;

/**
 * Where one Redis listens.
 *
 * @param host a name or an address; one of IPv6 without brackets
 */
public record RedisNode(String host, int port) {

  public RedisNode {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("no node of Redis: " + host + ":" + port);
    }
  }

  /** {@code host:port} as a URL writes it. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
