package io.pigpig.edge.wiring;

import io.pigpig.runtime.settings.Setting;
import io.pigpig.runtime.stores.Store;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What this process is, and how long it takes to leave. */
public record ProcessSettings(
    @Setting(
            about = "Which part this process plays: all, gateway, order, stock or render.",
            byDefault = "all")
        ProcessRole role,
    @Setting(
            about =
                "What this process is called by ./edge status; empty calls it by its role and its"
                    + " management port.",
            byDefault = "")
        String name,
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
                "Whether the processes of a cluster on this machine that keep orders or stock share"
                    + " an event bus; each gets ports of its own for it.",
            byDefault = "off")
        boolean clusterBus,
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

  public ProcessSettings {
    if (!name.matches("[a-z0-9-]{0,64}")) {
      throw new IllegalArgumentException(
          "name \"" + name + "\" is not of small letters, digits and dashes, 64 at most");
    }
  }

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

    /** Whether it shows a token to others. */
    boolean asksOthers() {
      return this == GATEWAY || this == ORDER;
    }

    /** The stores it keeps something in, or reads. */
    Set<Store> stores() {
      return keepsOrders() || keepsStock()
          ? EnumSet.allOf(Store.class)
          : EnumSet.of(Store.POSTGRES);
    }

    /** As it is written in settings. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

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
