package io.pigpig.cluster;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Knobs of the clustered event bus. Hazelcast counts whole seconds: durations that it is given are
 * whole seconds here.
 */
public record ClusterSettings(
    @Setting(
            about =
                "Members to join, host:port, separated by commas, this process among them or not;"
                    + " empty for an event bus of this process alone.",
            byDefault = "")
        String members,
    @Setting(
            about = "What the members call their cluster; others are not let in.",
            byDefault = "pigpig")
        String name,
    @Setting(
            about = "The address that members and event bus listen on and are reached at.",
            byDefault = "127.0.0.1")
        String host,
    @Setting(
            about = "The port that members talk to each other on; taken as it is, never the next.",
            byDefault = "5701",
            min = 1,
            max = 65_535)
        int port,
    @Setting(
            about = "The port that messages come in on; 0 takes a free one.",
            byDefault = "15701",
            min = 0,
            max = 65_535)
        int busPort,
    @Setting(
            about = "The longest time that joining may take at the start.",
            byDefault = "15s",
            min = 2_000,
            max = 300_000)
        Duration joinTimeout,
    @Setting(
            about = "How often members tell each other that they live.",
            byDefault = "1s",
            min = 1_000,
            max = 60_000)
        Duration heartbeatEvery,
    @Setting(
            about =
                "A member is left out that was not heard for so long and up to one heartbeat more;"
                    + " one whose process ended is left out at once.",
            byDefault = "2s",
            min = 2_000,
            max = 300_000)
        Duration heartbeatTimeout,
    @Setting(
            about = "How often the halves of a cluster that was cut look for each other.",
            byDefault = "5s",
            min = 1_000,
            max = 600_000)
        Duration mergeEvery,
    @Setting(
            about = "The longest wait for one answer about members and subscriptions.",
            byDefault = "5s",
            min = 1_000,
            max = 60_000)
        Duration callTimeout,
    @Setting(
            about = "How many other members keep a copy of each subscription.",
            byDefault = "1",
            min = 0,
            max = 6)
        int backups,
    @Setting(
            about = "The longest wait for a connection to another process's event bus.",
            byDefault = "1s",
            min = 50,
            max = 60_000)
        Duration connectTimeout,
    @Setting(
            about = "How often a connection between event buses is tried.",
            byDefault = "500ms",
            min = 100,
            max = 60_000)
        Duration pingEvery,
    @Setting(
            about =
                "A connection between event buses that does not answer for so long is closed; what"
                    + " was still to be written on it is lost.",
            byDefault = "1500ms",
            min = 100,
            max = 60_000)
        Duration pingTimeout,
    BusSettings bus,
    CanarySettings canary) {

  private static final long SECOND_MILLIS = 1_000;
  private static final int MEMBERS_MAX = 64;

  /** What this process keeps for another one that does not read. */
  public record BusSettings(
      @Setting(
              about =
                  "Events to one other process that are under way at once; this process keeps no"
                      + " more of them for it. More are refused, and told again.",
              byDefault = "128",
              min = 2,
              max = 65_536)
          int permits,
      @Setting(
              about =
                  "A process that has no permit left and has not taken an event for so long misses"
                      + " the next ones, and the others do not wait for it.",
              byDefault = "200ms",
              min = 1,
              max = 60_000)
          Duration slowAfter) {}

  /** How the bus is watched. */
  public record CanarySettings(
      @Setting(
              about = "How often each subscription of this process is tried.",
              byDefault = "1s",
              min = 50,
              max = 60_000)
          Duration every,
      @Setting(about = "The longest wait for one try.", byDefault = "800ms", min = 20, max = 60_000)
          Duration timeout,
      @Setting(
              about = "Tries that miss in a row until a subscription is made anew.",
              byDefault = "3",
              min = 1,
              max = 1_000)
          int renewAfter,
      @Setting(
              about =
                  "Tries that miss in a row until this process ends itself as deaf; the second"
                      + " member waits twice as long, the third three times.",
              byDefault = "15",
              min = 2,
              max = 10_000)
          int deafAfter,
      @Setting(about = "Subscriptions that are watched.", byDefault = "32", min = 1, max = 256)
          int addressesMax) {

    public CanarySettings {
      if (deafAfter <= renewAfter) {
        throw new IllegalArgumentException(
            "deaf-after is "
                + deafAfter
                + " and must be more than renew-after, "
                + renewAfter
                + ": what is not mended first is not deaf");
      }
    }
  }

  public ClusterSettings {
    List<String> listed = split(members);
    if (listed.size() > MEMBERS_MAX) {
      throw new IllegalArgumentException(listed.size() + " members; at most " + MEMBERS_MAX);
    }
    for (String member : listed) {
      if (!member.matches("([^:\\s]+|\\[[0-9a-fA-F:.]+]):[0-9]{1,5}")) {
        throw new IllegalArgumentException("member \"" + member + "\" is not host:port");
      }
    }
    if (!listed.isEmpty() && !host.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw new IllegalArgumentException(
          "host \"" + host + "\" is not an IP address, and members are told where they are by it");
    }
    if (!listed.isEmpty()
        && isLoopback(host)
        && listed.stream().noneMatch(ClusterSettings::isLoopback)) {
      throw new IllegalArgumentException(
          "host "
              + host
              + " is not reached from the machines of the members; it must be the address of this"
              + " one that they know");
    }
    if (name.isBlank()) {
      throw new IllegalArgumentException("name is empty");
    }
    wholeSeconds("join-timeout", joinTimeout);
    wholeSeconds("heartbeat-every", heartbeatEvery);
    wholeSeconds("heartbeat-timeout", heartbeatTimeout);
    wholeSeconds("merge-every", mergeEvery);
    if (heartbeatTimeout.compareTo(heartbeatEvery.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "heartbeat-timeout is less than two heartbeats; one that is late would cost a member");
    }
  }

  /** Whether there is a cluster to join. */
  public boolean isEnabled() {
    return !memberList().isEmpty();
  }

  /** The members to join, {@code host:port} each. */
  public List<String> memberList() {
    return split(members);
  }

  private static List<String> split(String members) {
    return Arrays.stream(members.split(",", -1))
        .map(String::strip)
        .filter(member -> !member.isEmpty())
        .toList();
  }

  private static boolean isLoopback(String place) {
    return place.matches("(127\\.|localhost|::1|\\[::1]).*");
  }

  private static void wholeSeconds(String setting, Duration value) {
    if (value.toMillis() % SECOND_MILLIS != 0) {
      throw new IllegalArgumentException(
          setting + " is " + value.toMillis() + " ms and must be whole seconds");
    }
  }
}
