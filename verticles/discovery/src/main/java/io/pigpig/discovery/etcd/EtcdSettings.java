package io.pigpig.discovery.etcd;

import io.pigpig.runtime.settings.Setting;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Knobs of discovery through etcd. */
public record EtcdSettings(
    @Setting(
            about = "etcd's addresses, host:port, separated by commas; empty for no etcd.",
            byDefault = "")
        String addresses,
    @Setting(
            about = "What every key begins with; begins and ends with a slash.",
            byDefault = "/pigpig/instances/")
        String prefix,
    @Setting(
            about =
                "How long an instance that died stays known; etcd itself makes less than 3s 3s.",
            byDefault = "5s",
            min = 1_000,
            max = 300_000)
        Duration leaseTtl,
    @Setting(
            about =
                "The longest wait for one answer of etcd; a connection that takes longer is"
                    + " replaced.",
            byDefault = "1s",
            min = 50,
            max = 60_000)
        Duration callTimeout,
    @Setting(
            about = "The longest wait for a connection to etcd.",
            byDefault = "1s",
            min = 50,
            max = 60_000)
        Duration connectTimeout,
    @Setting(
            about = "How often the instances are read whole, beside the watch.",
            byDefault = "5s",
            min = 100,
            max = 600_000)
        Duration readEvery,
    @Setting(
            about = "The longest pause until an etcd that is away is tried again.",
            byDefault = "1s",
            min = 100,
            max = 60_000)
        Duration retryMax,
    @Setting(
            about = "The longest answer of etcd that is taken, in bytes.",
            byDefault = "16777216",
            min = 65_536,
            max = 268_435_456)
        int answerMax) {

  private static final int ADDRESSES_MAX = 16;
  private static final int PORT_MAX = 65_535;

  public EtcdSettings {
    int count = parse(addresses).size();
    if (count > ADDRESSES_MAX) {
      throw new IllegalArgumentException(count + " addresses; at most " + ADDRESSES_MAX);
    }
    if (!prefix.matches("/([^/\\s]+/)*")) {
      throw new IllegalArgumentException(
          "prefix \"" + prefix + "\" does not begin and end with a slash");
    }
  }

  /** Whether there is an etcd. */
  public boolean isEnabled() {
    return !addresses.isEmpty();
  }

  List<SocketAddress> addressList() {
    return parse(addresses);
  }

  private static List<SocketAddress> parse(String addresses) {
    List<SocketAddress> parsed = new ArrayList<>();
    if (!addresses.isEmpty()) {
      for (String each : addresses.split(",", -1)) {
        parsed.add(address(each.strip()));
      }
    }
    return parsed;
  }

  private static SocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    int port =
        text.matches("([^:\\s]+|\\[[0-9a-fA-F:.]+]):[0-9]{1,5}")
            ? Integer.parseInt(text.substring(colon + 1))
            : 0;
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException("address \"" + text + "\" is not host:port");
    }
    return SocketAddress.inetSocketAddress(
        port, text.substring(0, colon).replaceAll("[\\[\\]]", ""));
  }
}
