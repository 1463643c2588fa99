package io.pigpig.order;

import io.pigpig.catalog.Sku;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of an order as one text: {@code sku*quantity*unitPriceCents[*designId]}, joined by
 * {@code ;}. None of the parts can contain a separator. Written once and read by SQL's {@code
 * demand_of} as well.
 */
public final class LineText {

  private LineText() {}

  public static String write(List<OrderLine> lines) {
    StringBuilder out = new StringBuilder(48 * lines.size());
    for (OrderLine line : lines) {
      if (!out.isEmpty()) {
        out.append(';');
      }
      out.append(line.sku().value()).append('*').append(line.quantity());
      out.append('*').append(line.unitPriceCents());
      if (line.designId() != null) {
        out.append('*').append(line.designId());
      }
    }
    return out.toString();
  }

  /**
   * Reads what {@link #write} has written.
   *
   * @throws IllegalArgumentException when {@code text} was not made by {@link #write}
   */
  public static List<OrderLine> read(String text) {
    List<OrderLine> lines = new ArrayList<>();
    for (String line : text.split(";", -1)) {
      String[] parts = line.split("\\*", -1);
      if (parts.length < 3 || parts.length > 4) {
        throw new IllegalArgumentException("not a line of an order: " + line);
      }
      lines.add(
          new OrderLine(
              new Sku(parts[0]),
              Integer.parseInt(parts[1]),
              Integer.parseInt(parts[2]),
              parts.length == 4 ? parts[3] : null));
    }
    return lines;
  }
}
