package io.pigpig.perf.load.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pigpig.perf.load.LoadPlan;
import io.pigpig.perf.load.LoadPlan.Share;
import io.pigpig.perf.load.OrderKeys;
import io.pigpig.perf.load.flow.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of HTTP/1.1 requests, encoded before the first one leaves: what depends on the token
 * (or path), the digits of a key, and what depends on the SKU (or token). Sending copies three
 * pieces. Owned by the event loop.
 */
final class Http1Encoder {

  /** A share's requests: each is one of the heads, a key's digits if it has one, and a tail. */
  private record Template(List<byte[]> heads, boolean keyed, List<byte[]> tails) {}

  private final List<Template> templates = new ArrayList<>();
  private final RequestParts parts;
  private final String host;
  private final byte[] digits = new byte[OrderKeys.DIGITS];

  Http1Encoder(LoadPlan plan, OrderKeys keys) {
    parts = new RequestParts(plan.requests());
    host = "Host: " + plan.target().host() + ":" + plan.target().port() + "\r\n";
    for (Share share : plan.requests().mix()) {
      templates.add(
          switch (share.kind()) {
            case ORDER, REPLAY ->
                new Template(
                    posts(RequestParts.ORDERS, "Idempotency-Key: " + keys.prefix()),
                    true,
                    bodies(parts.orders()));
            case STOCK_CHECK ->
                new Template(
                    posts(RequestParts.STOCK_CHECK, "Accept: application/x-ndjson"),
                    false,
                    bodies(parts.stockChecks(share)));
            case GET -> new Template(gets(share), false, authorizations());
            case ORDER_BATCH -> throw new IllegalArgumentException("no batches over HTTP/1.1");
          });
    }
  }

  private List<byte[]> posts(String path, String lastLine) {
    return parts.authorizations().stream()
        .map(
            value ->
                bytes(
                    "POST "
                        + path
                        + " HTTP/1.1\r\n"
                        + host
                        + "Content-Type: application/json\r\n"
                        + authorization(value)
                        + lastLine))
        .toList();
  }

  private static List<byte[]> bodies(List<String> bodies) {
    return bodies.stream()
        .map(body -> bytes("\r\nContent-Length: " + body.length() + "\r\n\r\n" + body))
        .toList();
  }

  private List<byte[]> gets(Share share) {
    return parts.paths(share).stream()
        .map(path -> bytes("GET " + path + " HTTP/1.1\r\n" + host))
        .toList();
  }

  private List<byte[]> authorizations() {
    return parts.authorizations().stream()
        .map(value -> bytes(authorization(value) + "\r\n"))
        .toList();
  }

  private static String authorization(String value) {
    return value.isEmpty() ? "" : "Authorization: " + value + "\r\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A request as it goes out; to be released by whoever writes it. */
  ByteBuf encode(Request request, ByteBufAllocator allocator) {
    Template template = templates.get(request.shareIndex());
    long number = request.item(0).number();
    byte[] head = template.heads.get(RequestParts.turn(number, template.heads.size()));
    byte[] tail = template.tails.get(RequestParts.turn(number, template.tails.size()));
    ByteBuf out = allocator.directBuffer(head.length + digits.length + tail.length);
    out.writeBytes(head);
    if (template.keyed) {
      OrderKeys.putDigits(number, digits);
      out.writeBytes(digits);
    }
    return out.writeBytes(tail);
  }
}
