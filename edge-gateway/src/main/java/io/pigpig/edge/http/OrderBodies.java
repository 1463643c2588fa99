package io.pigpig.edge.http;

import io.pigpig.catalog.Catalog;
import io.pigpig.order.Order;
import io.pigpig.order.RequestedLine;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Orders as the bodies of requests and answers. One event loop's. */
public interface OrderBodies {

  /**
   * Reads the lines of an order.
   *
   * @throws RefusedException INVALID_REQUEST, or UNKNOWN_SKU for one the catalog does not have
   */
  List<RequestedLine> readLines(byte[] body, Catalog catalog);

  Buffer write(Order order);

  /**
   * Writes a page of a list.
   *
   * @param nextCursor of the page after it, or null
   */
  Buffer writePage(List<Order> orders, @Nullable String nextCursor);

  /** Byte by byte into records, and from them: no tree, no reflection. */
  static OrderBodies byHand() {
    return new OrderBodies() {
      @Override
      public List<RequestedLine> readLines(byte[] body, Catalog catalog) {
        return OrderJson.readLines(body, catalog);
      }

      @Override
      public Buffer write(Order order) {
        return OrderJson.write(order);
      }

      @Override
      public Buffer writePage(List<Order> orders, @Nullable String nextCursor) {
        return OrderJson.writePage(orders, nextCursor);
      }
    };
  }
}
