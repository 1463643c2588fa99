package io.pigpig.edge.wiring;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/**
 * Where the processes of the other roles serve gRPC, and how this one is known to them. Each place
 * is {@code host:port,host:port,...}, or {@code dns:name:port} for a name that is looked up again
 * and again, or empty where etcd knows.
 */
public record ServicesSettings(
    @Setting(about = "Where orders are served.", byDefault = "") String order,
    @Setting(about = "Where stock is served.", byDefault = "") String stock,
    @Setting(about = "Where designs are served.", byDefault = "") String render,
    @Setting(
            about = "How often names in DNS are looked up.",
            byDefault = "5s",
            min = 100,
            max = 3_600_000)
        Duration dnsEvery,
    @Setting(
            about = "The DNS server that is asked for them, host:port; empty asks the system's.",
            byDefault = "")
        String dnsServer,
    @Setting(
            about =
                "The file of the token that a gateway or an order process shows to the others;"
                    + " empty issues one.",
            byDefault = "")
        String tokenFile,
    @Setting(
            about =
                "How often the file of the token is read again, and the others are asked whether"
                    + " they take it.",
            byDefault = "10s",
            min = 100,
            max = 3_600_000)
        Duration tokenEvery,
    @Setting(
            about = "The host that others reach this process at; told to etcd.",
            byDefault = "127.0.0.1")
        String host,
    @Setting(
            about = "This process's share of the requests, relative to the others; told to etcd.",
            byDefault = "100",
            min = 0,
            max = 1_000)
        int weight,
    @Setting(
            about =
                "How one process of role all asks its own parts: call (on the same loop), or bus"
                    + " (over the event bus of the process, spread over its loops).",
            byDefault = "call")
        Carrier carrier) {

  /** What is between the edge of a process and its own parts. */
  public enum Carrier {
    CALL,
    BUS
  }

  public ServicesSettings {
    if (!dnsServer.isEmpty() && !dnsServer.matches("[^\\s]+:[0-9]{1,5}")) {
      throw new IllegalArgumentException("dns-server \"" + dnsServer + "\" is not host:port");
    }
  }
}
