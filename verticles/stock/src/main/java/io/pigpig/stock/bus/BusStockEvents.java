package io.pigpig.stock.bus;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.EventPublisher;
import io.pigpig.stock.StockEvents;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Stock's events on the event bus: {@code StockHeld} and {@code StockReleased} as {@code
 * {"movement","units":{SKU:N}}}, {@code SoldOut} as {@code {"sku"}}. What {@code out} refuses is
 * thrown, so that the relay tells it again later.
 */
public record BusStockEvents(EventBus bus, EventPublisher out) implements StockEvents {

  /** Where units that orders took are published. */
  public static final String HELD = "stock.StockHeld";

  /** Where units that can be bought again are published. */
  public static final String RELEASED = "stock.StockReleased";

  /** Where SKUs without a unit left are published. */
  public static final String SOLD_OUT = "stock.SoldOut";

  /** Publishes without a bound: for a bus of one process. */
  public BusStockEvents(EventBus bus) {
    this(bus, EventPublisher.on(bus));
  }

  @Override
  public void held(long movement, Map<Sku, Long> units) {
    out.publish(HELD, message(movement, units));
  }

  @Override
  public void released(long movement, Map<Sku, Long> units) {
    out.publish(RELEASED, message(movement, units));
  }

  private static JsonObject message(long movement, Map<Sku, Long> units) {
    JsonObject bySku = new JsonObject();
    units.forEach((sku, quantity) -> bySku.put(sku.value(), quantity));
    return new JsonObject().put("movement", movement).put("units", bySku);
  }

  @Override
  public void soldOut(Sku sku) {
    out.publish(SOLD_OUT, new JsonObject().put("sku", sku.value()));
  }

  /**
   * Hears, on the caller's event loop, of SKUs of which units have come back: within this process,
   * as {@code out} brings what others tell.
   */
  public MessageConsumer<JsonObject> onReleased(Consumer<Set<Sku>> listener) {
    return bus.localConsumer(
        RELEASED,
        message ->
            listener.accept(
                message.body().getJsonObject("units").fieldNames().stream()
                    .map(Sku::new)
                    .collect(Collectors.toSet())));
  }
}
