package io.pigpig.perf.bare;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * The lines of an order as one compact value: {@code TEE-1:2,TEE-2:1}.
 *
 * @param text every line as {@code sku:quantity}, joined by commas
 * @param units the sum of the quantities
 */
record BareLines(String text, int units) {

  private static final JsonFactory JSON = new JsonFactory();

  BareLines {
    if (text.isEmpty() || units < 1) {
      throw new IllegalArgumentException("an order has lines and units: " + text + " " + units);
    }
  }

  /**
   * Reads {@code {"lines":[{"sku":"TEE-1","quantity":2}]}} token by token.
   *
   * @throws IOException when it is not JSON
   * @throws IllegalArgumentException when it is JSON without lines
   */
  static BareLines parse(byte[] body) throws IOException {
    StringBuilder text = new StringBuilder(32);
    int units = 0;
    try (JsonParser parser = JSON.createParser(body)) {
      String sku = "";
      int quantity = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING && "sku".equals(parser.currentName())) {
          sku = parser.getText();
        } else if (token == JsonToken.VALUE_NUMBER_INT && "quantity".equals(parser.currentName())) {
          quantity = parser.getIntValue();
        } else if (token == JsonToken.END_OBJECT && !sku.isEmpty()) {
          text.append(text.isEmpty() ? "" : ",").append(sku).append(':').append(quantity);
          units += quantity;
          sku = "";
          quantity = 0;
        }
      }
    }
    return new BareLines(text.toString(), units);
  }
}
