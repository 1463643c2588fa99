package io.pigpig.order.bus;

import io.pigpig.order.OrderEvents;
import io.pigpig.order.Outbox;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * {@code OrderStatusChanged} on the event bus: {@code
 * {"status","at","orders":[{"orderId","sequence"}]}}, {@code at} in RFC 3339.
 */
public record BusOrderEvents(EventBus bus) implements OrderEvents {

  /** Where the events are published. */
  public static final String STATUS_CHANGED = "order.OrderStatusChanged";

  @Override
  public void statusChanged(Outbox.Entry entry) {
    JsonArray orders = new JsonArray();
    for (Outbox.Changed changed : entry.changes()) {
      orders.add(
          new JsonObject()
              .put("orderId", changed.orderId().toString())
              .put("sequence", changed.sequence()));
    }
    bus.publish(
        STATUS_CHANGED,
        new JsonObject()
            .put("status", entry.status().name())
            .put("at", entry.at().toString())
            .put("orders", orders));
  }
}
