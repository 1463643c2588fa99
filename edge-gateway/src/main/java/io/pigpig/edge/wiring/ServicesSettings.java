package io.pigpig.edge.wiring;

import io.pigpig.runtime.settings.Setting;

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
            about = "The file of the token this process shows to the others; empty issues one.",
            byDefault = "")
        String tokenFile,
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
}
