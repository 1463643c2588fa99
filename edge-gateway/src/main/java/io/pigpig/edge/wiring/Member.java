package io.pigpig.edge.wiring;

import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;

/**
 * One process of a cluster on this machine. Its ports stay the same however often it is started.
 *
 * @param http port of its edge; 0 for none
 * @param bus the port on which the members of its event bus find it; 0 for none
 * @param messages the port on which their messages come in; 0 for none
 */
public record Member(
    ProcessRole role, int number, int http, int grpc, int management, int bus, int messages) {

  public String name() {
    return role.text() + "-" + number;
  }

  String grpcPlace() {
    return "127.0.0.1:" + grpc;
  }

  String busPlace() {
    return "127.0.0.1:" + bus;
  }
}
