package io.pigpig.order.bus;

import io.pigpig.order.OrderEvents;
import io.pigpig.order.Outbox;
import io.pigpig.runtime.EventPublisher;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * {@code OrderStatusChanged} on the event bus: {@code
 * {"status","at","orders":[{"orderId","sequence"}]}}, {@code at} in RFC 3339. What {@code out}
 * refuses is thrown, so that the relay tells it again later.
 */
public record BusOrderEvents(EventPublisher out) implements OrderEvents {

  /** Where the events are published. */
  public static final String STATUS_CHANGED = "order.OrderStatusChanged";

  /** Publishes without a bound: for a bus of one process. */
  public BusOrderEvents(EventBus bus) {
    this(EventPublisher.on(bus));
  }

  @Override
  public void statusChanged(Outbox.Entry entry) {
    JsonArray orders = new JsonArray();
    for (Outbox.Changed changed : entry.changes()) {
      orders.add(
          new JsonObject()
              .put("orderId", changed.orderId().toString())
              .put("sequence", changed.sequence()));
    }
    out.publish(
        STATUS_CHANGED,
        new JsonObject()
            .put("status", entry.status().name())
            .put("at", entry.at().toString())
            .put("orders", orders));
  }
}
