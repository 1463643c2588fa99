package io.pigpig.runtime;

import io.vertx.core.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom a request without a token is counted for. */
public final class CallerAddress {

  private static final int IPV6_GROUPS = 4;

  private CallerAddress() {}

  /** The caller's address; of IPv6 the first 64 bits, which one subscriber has to itself. */
  public static String of(@Nullable SocketAddress remote) {
    String host = remote == null ? "unknown" : remote.hostAddress();
    if (host == null || host.indexOf(':') < 0) {
      return "address " + host;
    }
    List<String> groups = List.of(host.split(":", -1));
    return "address "
        + String.join(":", groups.subList(0, Math.min(IPV6_GROUPS, groups.size())))
        + "::/64";
  }
}
