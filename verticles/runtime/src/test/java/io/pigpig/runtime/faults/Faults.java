package io.pigpig.runtime.faults;

/** The faults of one proxy at the moment. Owned by the proxy's event loop. */
final class Faults {

  private final DirectionFaults toServer = new DirectionFaults();
  private final DirectionFaults toClient = new DirectionFaults();
  boolean refusing;

  DirectionFaults in(Direction direction) {
    return direction == Direction.TO_SERVER ? toServer : toClient;
  }

  void heal() {
    refusing = false;
    toServer.heal();
    toClient.heal();
  }
}
