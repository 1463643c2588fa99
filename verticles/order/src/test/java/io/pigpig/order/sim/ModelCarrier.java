package io.pigpig.order.sim;

import io.pigpig.order.sim.ModelPeer.Entry;
import io.pigpig.order.sim.ModelPeer.State;
import io.pigpig.shipping.Booking;
import io.pigpig.shipping.Carrier;
import io.pigpig.shipping.Shipment;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The way of one process to the carrier. */
final class ModelCarrier implements Carrier {

  private final World world;
  private final ModelPeer peer;
  private final Link link;
  private int attempts;

  ModelCarrier(World world, ModelPeer peer, Link link) {
    this.world = world;
    this.peer = peer;
    this.link = link;
  }

  @Override
  public Future<Booking> book(Shipment shipment) {
    String suffix = world.has(Plant.BOOKING_KEY_PER_ATTEMPT) ? ":" + link + attempts++ : "";
    Entry entry =
        new Entry(shipment.key() + suffix, shipment.orderId(), shipment.units(), State.DONE);
    return link.call("book " + entry.key(), () -> peer.make(world, entry))
        .map(
            made ->
                made.state() == State.DONE
                    ? new Booking.Booked("W" + Integer.toHexString(made.key().hashCode()))
                    : new Booking.Rejected("not taken"));
  }

  @Override
  public Future<Void> makeVoid(String key) {
    return link.<@Nullable Void>call("void " + key, () -> peer.undo(world, key)).mapEmpty();
  }
}
