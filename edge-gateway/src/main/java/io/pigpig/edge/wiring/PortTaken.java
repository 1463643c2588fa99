package io.pigpig.edge.wiring;

import io.pigpig.runtime.stores.StartupFailure;

/** The one line for an operator whose port is another's. */
final class PortTaken {

  private PortTaken() {}

  /**
   * @param flag that chooses another port
   */
  static StartupFailure of(int port, String flag, Throwable cause) {
    return new StartupFailure(
        "port " + port + " cannot be used (" + cause.getMessage() + "); choose " + flag, cause);
  }
}
