package io.pigpig.edge.wiring;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** What this process is, and how long it takes to leave. */
public record ProcessSettings(
    @Setting(
            about = "Which part this process plays: all, gateway, order, stock or render.",
            byDefault = "all")
        ProcessRole role,
    @Setting(
            about =
                "Starts a cluster on this machine: a process of every role, so many of role order;"
                    + " 0 starts one process.",
            byDefault = "0",
            min = 0,
            max = 16)
        int cluster,
    @Setting(
            about =
                "How many gateways a cluster on this machine has; two or more share their ports,"
                    + " and one may be replaced while the others serve.",
            byDefault = "1",
            min = 1,
            max = 16)
        int gateways,
    @Setting(
            about =
                "How long the process serves on after it has said that it is not ready, so that"
                    + " balancers learn of it; its answers ask for another connection meanwhile.",
            byDefault = "0s",
            min = 0,
            max = 15_000)
        Duration leaveAfter,
    @Setting(
            about = "The longest wait for requests under way when the process is told to stop.",
            byDefault = "10s",
            min = 0,
            max = 25_000)
        Duration drainTimeout,
    @Setting(
            about = "How often catalog, prices and the clock of Postgres are read.",
            byDefault = "5s",
            min = 100,
            max = 3_600_000)
        Duration refreshEvery,
    @Setting(
            about = "After how long a periodic task that does not end is begun anew.",
            byDefault = "1m",
            min = 1_000,
            max = 3_600_000)
        Duration taskTimeout) {

  /** The parts a process can play. */
  public enum ProcessRole {
    /** Everything in one process. */
    ALL,
    /** The HTTP edge; asks the other roles. */
    GATEWAY,
    /** Orders and their sagas. */
    ORDER,
    /** The ledger and the gate of the stock. */
    STOCK,
    /** Designs and their pictures. */
    RENDER;

    boolean servesHttp() {
      return this == ALL || this == GATEWAY;
    }

    boolean keepsOrders() {
      return this == ALL || this == ORDER;
    }

    boolean keepsStock() {
      return this == ALL || this == STOCK;
    }

    boolean draws() {
      return this == ALL || this == RENDER;
    }
  }
}
