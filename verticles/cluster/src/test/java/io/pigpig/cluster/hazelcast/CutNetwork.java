package io.pigpig.cluster.hazelcast;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Some machines on one switch, as network namespaces: nothing of it is seen outside. Needs root and
 * {@code ip} of iproute2. Blocking; close it, also when it did not open whole.
 */
final class CutNetwork implements AutoCloseable {

  private static final long COMMAND_SECONDS = 20;

  private static final Pattern NAME = Pattern.compile("pig([0-9]+)-[a-z0-9]+");

  private final String prefix;
  private final int machines;

  CutNetwork(int machines) {
    this.prefix = "pig" + ProcessHandle.current().pid() + "-";
    this.machines = machines;
  }

  void open() {
    removeLeftBehind();
    ip("netns", "add", prefix + "switch");
    ip("-n", prefix + "switch", "link", "add", "bridge0", "type", "bridge");
    ip("-n", prefix + "switch", "link", "set", "bridge0", "up");
    for (int i = 1; i <= machines; i++) {
      String machine = prefix + i;
      ip("netns", "add", machine);
      ip(words("link add eth0 netns", machine, "type veth peer name port" + i, "netns"));
      ip("-n", machine, "addr", "add", address(i) + "/24", "dev", "eth0");
      ip("-n", machine, "link", "set", "eth0", "up");
      ip("-n", machine, "link", "set", "lo", "up");
      ip("-n", prefix + "switch", "link", "set", "port" + i, "master", "bridge0");
      heal(i);
    }
  }

  /** A test process that was killed could not close its network. */
  private static void removeLeftBehind() {
    for (String line : ip("netns", "list").lines().toList()) {
      Matcher name = NAME.matcher(line);
      if (name.lookingAt() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
        ip("netns", "del", name.group());
      }
    }
  }

  private String[] words(String before, String machine, String after, String last) {
    return (before + " " + machine + " " + after + " " + last + " " + prefix + "switch")
        .split(" ", -1);
  }

  static String address(int machine) {
    return "10.77.0." + machine;
  }

  /** What a command begins with that is to run on a machine. */
  List<String> on(int machine) {
    return List.of("ip", "netns", "exec", prefix + machine);
  }

  /** Pulls a machine's plug at the switch: no packet passes, and nobody is told. */
  void cut(int machine) {
    ip("-n", prefix + "switch", "link", "set", "port" + machine, "down");
  }

  void heal(int machine) {
    ip("-n", prefix + "switch", "link", "set", "port" + machine, "up");
  }

  /** Drops what one machine sends to one other; all else passes, also the other way. */
  void dropFrom(int sender, int receiver) {
    ip("-n", prefix + sender, "route", "add", "blackhole", address(receiver) + "/32");
  }

  void passFrom(int sender, int receiver) {
    ip("-n", prefix + sender, "route", "del", "blackhole", address(receiver) + "/32");
  }

  /** Why there can be no such network here, or nothing. */
  static String reasonAgainst() {
    try (CutNetwork tried = new CutNetwork(1)) {
      tried.open();
      return "";
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void close() {
    List<String> names = new ArrayList<>(List.of(prefix + "switch"));
    for (int i = 1; i <= machines; i++) {
      names.add(prefix + i);
    }
    String known;
    try {
      known = ip("netns", "list");
    } catch (IllegalStateException e) {
      // Without ip there is nothing to remove.
      return;
    }
    for (String name : names) {
      if (known.lines().anyMatch(line -> line.split(" ", -1)[0].equals(name))) {
        ip("netns", "del", name);
      }
    }
  }

  private static String ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    try {
      Process ip = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!ip.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || ip.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + said.strip());
      }
      return said;
    } catch (IOException e) {
      throw new IllegalStateException("ip of iproute2 is not to be had: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
