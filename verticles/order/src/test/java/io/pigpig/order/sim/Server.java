package io.pigpig.order.sim;

import java.util.ArrayList;
import java.util.List;

/** A store or a peer as the network sees it: up or not, and who is connected to it. */
final class Server {

  private final String name;
  private final List<Link> links = new ArrayList<>();
  private boolean up = true;
  private int starts;
  private int busyPercent;

  Server(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  void connect(Link link) {
    links.removeIf(Link::isAbandoned);
    links.add(link);
  }

  boolean isUp() {
    return up;
  }

  /** Counts up when it starts again; what was sent to an earlier start never arrives. */
  int starts() {
    return starts;
  }

  /** How often it says not now, and does nothing. */
  void busy(int percent) {
    busyPercent = percent;
  }

  int busyPercent() {
    return busyPercent;
  }

  void kill() {
    up = false;
    starts++;
    links.forEach(Link::serverGone);
  }

  void start() {
    up = true;
  }
}
