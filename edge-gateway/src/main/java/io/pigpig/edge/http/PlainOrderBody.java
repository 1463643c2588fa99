package io.pigpig.edge.http;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Sku;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.RequestedLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The quick way through the body of an order that is written as nearly all are: the fields of the
 * contract, each once, without escapes.
 *
 * <p>Says null to whatever else it meets, right or wrong: then {@link JsonReader} reads the body
 * anew and says what is the matter. So nothing is accepted here that is not accepted there, which
 * {@code PlainOrderBodyTest} holds it to. One pass over the bytes; allocates the lines and their
 * texts. For one body, on one thread.
 */
final class PlainOrderBody {

  /** Digits of {@link RequestedLine#QUANTITY_MAX}. */
  private static final int QUANTITY_DIGITS_MAX = 3;

  private static final int DESIGN_ID_LENGTH = 64;

  private static final byte[] LINES = name("lines");
  private static final byte[] SKU = name("sku");
  private static final byte[] QUANTITY = name("quantity");
  private static final byte[] DESIGN_ID = name("designId");

  private final byte[] body;
  private final Catalog catalog;
  private int at;

  // Of the line being read.
  private @Nullable Sku sku;
  private int quantity;
  private @Nullable String designId;

  PlainOrderBody(byte[] body, Catalog catalog) {
    this.body = body;
    this.catalog = catalog;
  }

  private static byte[] name(String field) {
    return ("\"" + field + "\"").getBytes(StandardCharsets.US_ASCII);
  }

  /** The lines of the order, or null when somebody else has to look. */
  @Nullable List<RequestedLine> read() {
    if (!skip('{') || !skip(LINES) || !skip(':') || !skip('[')) {
      return null;
    }
    List<RequestedLine> lines = new ArrayList<>(4);
    do {
      RequestedLine line = line();
      if (line == null || lines.size() == PlaceOrder.LINES_MAX) {
        return null;
      }
      lines.add(line);
    } while (skip(','));
    boolean whole = skip(']') && skip('}');
    skipBlanks();
    return whole && at == body.length ? lines : null;
  }

  private @Nullable RequestedLine line() {
    sku = null;
    quantity = 0;
    designId = null;
    if (!skip('{')) {
      return null;
    }
    do {
      if (!field()) {
        return null;
      }
    } while (skip(','));
    return skip('}') && sku != null && quantity != 0
        ? new RequestedLine(sku, quantity, designId)
        : null;
  }

  /** Whether the next field is one of a line, and for the first time. */
  private boolean field() {
    if (sku == null && skip(SKU)) {
      return skip(':') && readSku();
    }
    if (quantity == 0 && skip(QUANTITY)) {
      return skip(':') && readQuantity();
    }
    return designId == null && skip(DESIGN_ID) && skip(':') && readDesignId();
  }

  private boolean readSku() {
    String text = text(Sku.LENGTH_MAX);
    sku = text == null ? null : catalog.sku(text);
    return sku != null;
  }

  private boolean readDesignId() {
    String text = text(DESIGN_ID_LENGTH);
    designId = text;
    return text != null && OrderJson.isDesignId(text);
  }

  private boolean readQuantity() {
    skipBlanks();
    int begin = at;
    while (at < body.length && at - begin < QUANTITY_DIGITS_MAX && isDigit(body[at])) {
      quantity = quantity * 10 + body[at++] - '0';
    }
    // Behind the digits stands what ends the field, which is looked for next.
    return at > begin && body[begin] != '0' && quantity <= RequestedLine.QUANTITY_MAX;
  }

  private static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }

  /** A string of ASCII without escapes, or null. */
  private @Nullable String text(int lengthMax) {
    if (!skip('"')) {
      return null;
    }
    int begin = at;
    while (at < body.length && at - begin <= lengthMax && isPlain(body[at])) {
      at++;
    }
    int end = at;
    return end < body.length && body[end] == '"' && end - begin <= lengthMax
        ? new String(body, begin, at++ - begin, StandardCharsets.ISO_8859_1)
        : null;
  }

  private static boolean isPlain(byte octet) {
    return octet >= ' ' && octet != '"' && octet != '\\';
  }

  private boolean skip(char wanted) {
    skipBlanks();
    boolean there = at < body.length && body[at] == wanted;
    if (there) {
      at++;
    }
    return there;
  }

  private boolean skip(byte[] wanted) {
    skipBlanks();
    if (body.length - at < wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (body[at + i] != wanted[i]) {
        return false;
      }
    }
    at += wanted.length;
    return true;
  }

  private void skipBlanks() {
    while (at < body.length
        && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
      at++;
    }
  }
}
