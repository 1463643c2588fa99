package io.pigpig.edge.http;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Sku;
import io.pigpig.order.Order;
import io.pigpig.order.OrderLine;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.RequestedLine;
import io.pigpig.pricing.PriceBook;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The JSON of orders: {@code {"lines":[{"sku","quantity","designId"?}]}} in, an order out. */
final class OrderJson {

  private static final Pattern DESIGN_ID = Pattern.compile("[0-9a-f]{64}");

  private OrderJson() {}

  /**
   * Reads the lines of an order.
   *
   * @throws RefusedException INVALID_REQUEST, or UNKNOWN_SKU for one the catalog does not have
   */
  static List<RequestedLine> readLines(byte[] body, Catalog catalog) {
    List<RequestedLine> plain = new PlainOrderBody(body, catalog).read();
    return plain != null ? plain : readAnyLines(body, catalog);
  }

  /** As {@link #readLines}, token by token. */
  static List<RequestedLine> readAnyLines(byte[] body, Catalog catalog) {
    return JsonReader.read(body, in -> order(in, catalog));
  }

  private static List<RequestedLine> order(JsonReader in, Catalog catalog) throws IOException {
    in.beginObject("the body");
    List<RequestedLine> lines = null;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (!field.equals("lines")) {
        throw JsonReader.unknownField(field);
      }
      lines = lines(in, catalog);
    }
    if (lines == null) {
      throw JsonReader.missing("lines");
    }
    return lines;
  }

  private static List<RequestedLine> lines(JsonReader in, Catalog catalog) throws IOException {
    in.beginArray("lines");
    List<RequestedLine> lines = new ArrayList<>(4);
    while (in.nextElement()) {
      if (lines.size() == PlaceOrder.LINES_MAX) {
        throw JsonReader.invalid("an order has at most " + PlaceOrder.LINES_MAX + " lines");
      }
      lines.add(line(in, catalog));
    }
    if (lines.isEmpty()) {
      throw JsonReader.invalid("an order has at least 1 line");
    }
    return lines;
  }

  private static RequestedLine line(JsonReader in, Catalog catalog) throws IOException {
    in.beginObject("a line");
    String sku = null;
    int quantity = 0;
    String designId = null;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "sku" -> sku = in.text("sku");
        case "quantity" -> quantity = (int) in.number("quantity", 1, RequestedLine.QUANTITY_MAX);
        case "designId" -> designId = designId(in.text("designId"));
        default -> throw JsonReader.unknownField(field);
      }
    }
    if (sku == null) {
      throw JsonReader.missing("sku");
    }
    if (quantity == 0) {
      throw JsonReader.missing("quantity");
    }
    return new RequestedLine(known(sku, catalog), quantity, designId);
  }

  private static Sku known(String text, Catalog catalog) {
    Sku sku = catalog.sku(text);
    if (sku == null) {
      throw new RefusedException(new Refusal.UnknownSku(JsonReader.printable(text)));
    }
    return sku;
  }

  /**
   * Whether {@code text} has the form of a design's id; says nothing about whether there is one.
   */
  static boolean isDesignId(String text) {
    return DESIGN_ID.matcher(text).matches();
  }

  private static String designId(String text) {
    if (!isDesignId(text)) {
      throw JsonReader.invalid("designId must be 64 lower-case hex digits");
    }
    return text;
  }

  static Buffer write(Order order) {
    JsonWriter out = new JsonWriter(384);
    write(out, order);
    return out.toBuffer();
  }

  static Buffer writePage(List<Order> orders, @Nullable String nextCursor) {
    JsonWriter out = new JsonWriter(64 + 384 * orders.size());
    out.object().name("orders").array();
    for (Order order : orders) {
      write(out, order);
    }
    out.endArray();
    if (nextCursor != null) {
      out.field("nextCursor", nextCursor);
    }
    return out.endObject().toBuffer();
  }

  private static void write(JsonWriter out, Order order) {
    out.object();
    out.field("orderId", order.orderId());
    out.field("status", order.status().name());
    out.name("lines").array();
    for (OrderLine line : order.lines()) {
      out.object();
      out.field("sku", line.sku().value());
      out.field("quantity", line.quantity());
      out.field("unitPriceCents", line.unitPriceCents());
      if (line.designId() != null) {
        out.field("designId", line.designId());
      }
      out.endObject();
    }
    out.endArray();
    out.field("totalCents", order.totalCents());
    out.field("currency", PriceBook.CURRENCY);
    out.field("createdAt", order.createdAt());
    out.field("expiresAt", order.expiresAt());
    out.endObject();
  }
}
