package io.pigpig.runtime;

import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;

/** Tells everybody who listens at an address. */
@FunctionalInterface
public interface EventPublisher {

  /**
   * Publishes an event; whether anybody hears it is not known.
   *
   * @throws io.pigpig.runtime.refusal.RefusedException when there is no room for it now; nothing
   *     was published then
   */
  void publish(String address, JsonObject event);

  /** Publishes whatever comes: for a bus that does not leave the process. */
  static EventPublisher on(EventBus bus) {
    return bus::publish;
  }
}
