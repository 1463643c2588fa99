package io.pigpig.order.bus;

import io.pigpig.order.OrderEvents;
import io.pigpig.order.Outbox;
import io.pigpig.order.StatusChange;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * {@code OrderStatusChanged} on the event bus: {@code
 * {"changes":[{"orderId","sequence","status","at"}]}}, {@code at} in RFC 3339.
 */
public record BusOrderEvents(EventBus bus) implements OrderEvents {

  /** Where the events are published. */
  public static final String STATUS_CHANGED = "order.OrderStatusChanged";

  @Override
  public void statusChanged(List<Outbox.Changed> changes) {
    JsonArray all = new JsonArray();
    for (Outbox.Changed changed : changes) {
      StatusChange change = changed.change();
      all.add(
          new JsonObject()
              .put("orderId", changed.orderId().toString())
              .put("sequence", change.sequence())
              .put("status", change.status().name())
              .put("at", change.at().toString()));
    }
    bus.publish(STATUS_CHANGED, new JsonObject().put("changes", all));
  }
}
