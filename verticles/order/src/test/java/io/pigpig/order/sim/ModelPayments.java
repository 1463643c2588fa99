package io.pigpig.order.sim;

import io.pigpig.order.Payments;
import io.pigpig.order.sim.ModelPeer.Entry;
import io.pigpig.order.sim.ModelPeer.State;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The way of one process to the payment provider. */
final class ModelPayments implements Payments {

  static final String DECLINED_TOKEN = "tok_declined";

  private final World world;
  private final ModelPeer peer;
  private final Link link;
  private int attempts;

  ModelPayments(World world, ModelPeer peer, Link link) {
    this.world = world;
    this.peer = peer;
    this.link = link;
  }

  @Override
  public Future<Charged> charge(Charge charge) {
    String key = charge.key() + attempt(Plant.CHARGE_KEY_PER_ATTEMPT);
    State wanted = charge.token().equals(DECLINED_TOKEN) ? State.REFUSED : State.DONE;
    Entry entry = new Entry(key, charge.orderId(), charge.amountCents(), wanted);
    Future<Charged> charged =
        link.call("charge " + key, () -> peer.make(world, entry))
            .map(made -> made.state() == State.DONE ? Charged.CHARGED : Charged.DECLINED);
    return world.has(Plant.TIMEOUT_IS_DECLINE) ? charged.otherwise(Charged.DECLINED) : charged;
  }

  private String attempt(Plant plant) {
    return world.has(plant) ? ":" + link + attempts++ : "";
  }

  @Override
  public Future<Void> refund(String key) {
    return link.<@Nullable Void>call("refund " + key, () -> peer.undo(world, key)).mapEmpty();
  }
}
