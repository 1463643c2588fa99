package io.pigpig.order.sim;

import io.pigpig.order.PeerHint;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.order.sim.ModelPeer.Entry;
import java.util.List;
import java.util.UUID;

/**
 * The callbacks of the model peers. Each comes never, once or more often, soon or late, and so in
 * any order, to whichever process.
 */
final class ModelCallbacks {

  private static final int LOST_PERCENT = 20;
  private static final int AGAIN_PERCENT = 30;
  private static final int LATE_PERCENT = 10;

  private final World world;
  private final List<ShopProcess> processes;

  /**
   * @param processes by slot; what stands in a slot changes when a process is killed
   */
  ModelCallbacks(World world, List<ShopProcess> processes) {
    this.world = world;
    this.processes = processes;
  }

  /** From now on the peer tells what it does. */
  void of(Peer peer, ModelPeer model) {
    model.onEntry((entry, sequence) -> tell(peer, entry, sequence));
  }

  private void tell(Peer peer, Entry entry, long sequence) {
    if (entry.orderId().isEmpty() || world.chance(LOST_PERCENT)) {
      return;
    }
    PeerHint hint = new PeerHint(peer, UUID.fromString(entry.orderId()), sequence);
    do {
      long travel = world.millisBetween(1, world.chance(LATE_PERCENT) ? 20_000 : 300);
      world.scheduler().after(travel, () -> arrive(hint));
    } while (world.chance(AGAIN_PERCENT));
  }

  private void arrive(PeerHint hint) {
    ShopProcess process = processes.get(world.random().nextInt(processes.size()));
    if (process.isServing()) {
      process
          .machine()
          .run(() -> world.log(hint + " taken " + process.orders().hints().offer(hint)));
    }
  }
}
