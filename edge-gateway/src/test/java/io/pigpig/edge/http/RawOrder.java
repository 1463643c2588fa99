package io.pigpig.edge.http;

import static io.pigpig.edge.TestStack.key;

import io.pigpig.edge.TestStack;
import java.io.IOException;
import java.util.List;

/** Orders byte by byte, for tests of what a well-behaved client would not send. */
final class RawOrder {

  static final String SKU = "TEE-CLASSIC-WHITE-M";

  private RawOrder() {}

  /** The head of an order without its length and its end. */
  static String head(TestStack stack) {
    return "POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        + stack.token("lim", "customer")
        + "\r\nContent-Type: application/json\r\nIdempotency-Key: "
        + key()
        + "\r\n";
  }

  /** A whole order in one chunk, on a connection that ends with it. */
  static String chunked(TestStack stack, String body) {
    return head(stack)
        + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(body.length())
        + "\r\n"
        + body
        + "\r\n0\r\n\r\n";
  }

  /** The statuses of all answers to {@code text}, until the server closes. */
  static List<Integer> statuses(TestStack stack, String text) throws IOException {
    return RawSocket.statuses(RawSocket.untilClosed(stack.port(), text));
  }
}
