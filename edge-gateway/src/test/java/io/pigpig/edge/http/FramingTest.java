package io.pigpig.edge.http;

import static io.pigpig.edge.TestStack.lines;
import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.TestStack;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where one request ends and the next begins, byte by byte. */
final class FramingTest {

  private static TestStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack =
        TestStack.start(
            "framing",
            Map.of(
                "server.event-loops", "1",
                "server.header-timeout", "500ms",
                "server.keep-alive", "500ms",
                "server.body-timeout", "500ms"));
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  @Test
  void twoRequestsInOnePacketGetTwoAnswersInOrder() throws Exception {
    String first = "GET /api/v1/products/none HTTP/1.1\r\nHost: x\r\n\r\n";
    String second = "GET /api/v1/products/tank HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    String two = first + second;
    assertThat(RawOrder.statuses(stack, two)).containsExactly(404, 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Host: x\r\nHost: y\r\n"})
  void aRequestNamesItsHostOnce(String hosts) throws Exception {
    String text = "GET /api/v1/products HTTP/1.1\r\n" + hosts + "Connection: close\r\n\r\n";
    assertThat(RawOrder.statuses(stack, text)).containsExactly(400);
  }

  @Test
  void aClientThatAsksWhetherToGoOnIsToldSo() throws Exception {
    String body = lines(RawOrder.SKU, 1);
    String text =
        RawOrder.head(stack)
            + "Connection: close\r\nExpect: 100-continue\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    assertThat(RawOrder.statuses(stack, text)).containsExactly(100, 201);
  }

  @Test
  void anotherExpectationIsRefused() throws Exception {
    String text = RawOrder.head(stack) + "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}";
    String received = RawSocket.untilClosed(stack.port(), text);
    assertThat(RawSocket.statuses(received)).containsExactly(417);
    assertThat(received).contains("EXPECTATION_FAILED");
  }

  /** After an answer to HEAD the next request must be found where it stands. */
  @Test
  void theAnswerToHeadHasNoBodyOnTheWire() throws Exception {
    String head = "HEAD /api/v1/products/tank HTTP/1.1\r\nHost: x\r\n\r\n";
    String next = "HEAD /api/v1/products/none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    String received = RawSocket.untilClosed(stack.port(), head + next);
    assertThat(RawSocket.statuses(received)).containsExactly(200, 404);
    assertThat(received).doesNotContain("{");
  }

  /** The order itself is good, so that only its framing can be what is refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: LENGTH\r\nContent-Length: 6\r\n\r\nORDER",
        "Content-Length: LENGTH\r\nTransfer-Encoding: chunked\r\n\r\nCHUNKS",
        "Transfer-Encoding: chunked\r\nContent-Length: LENGTH\r\n\r\nCHUNKS",
        "X-Bad: a\u0000b\r\nContent-Length: LENGTH\r\n\r\nORDER",
        "Content-Length: +LENGTH\r\n\r\nORDER",
        "Content-Length: -1\r\n\r\nORDER",
        "Content-Length: LENGTH, LENGTH\r\n\r\nORDER",
        "Transfer-Encoding: chunked, identity\r\n\r\nCHUNKS",
        "Transfer-Encoding: xchunked\r\n\r\nCHUNKS",
        "X-Bad\u0000: 1\r\nContent-Length: LENGTH\r\n\r\nORDER",
        "X Bad: 1\r\nContent-Length: LENGTH\r\n\r\nORDER",
        "Transfer-Encoding: chunked\r\n\r\nZZ\r\nORDER\r\n0\r\n\r\n"
      })
  void ambiguousFramingOfAGoodOrderIsRefused(String rest) throws Exception {
    String order = lines(RawOrder.SKU, 1);
    String chunks = Integer.toHexString(order.length()) + "\r\n" + order + "\r\n0\r\n\r\n";
    String request =
        rest.replace("CHUNKS", chunks)
            .replace("ORDER", order)
            .replace("LENGTH", Integer.toString(order.length()));
    List<Integer> statuses = RawOrder.statuses(stack, RawOrder.head(stack) + request);
    assertThat(statuses.size()).isLessThanOrEqualTo(1);
    assertThat(statuses).allMatch(status -> status >= 400 && status < 500);
  }

  /** HTTP/1.0 has no chunks: a proxy in front could see another end of this request. */
  @Test
  void chunksInHttp10AreRefused() throws Exception {
    String chunked =
        RawOrder.chunked(stack, lines(RawOrder.SKU, 1)).replace("HTTP/1.1", "HTTP/1.0");
    List<Integer> statuses = RawOrder.statuses(stack, chunked);
    assertThat(statuses.size()).isLessThanOrEqualTo(1);
    assertThat(statuses).allMatch(status -> status >= 400 && status < 500);
  }

  /** RFC 9112 lets a recipient take a bare LF for a line end; there is one answer all the same. */
  @Test
  void bareLineFeedsGetOneAnswer() throws Exception {
    String bare = "GET /api/v1/products/tank HTTP/1.1\nHost: x\nConnection: close\n\n";
    assertThat(RawOrder.statuses(stack, bare).size()).isLessThanOrEqualTo(1);
  }

  @Test
  void aRefusalWhoseBodyWasReadKeepsTheConnection() throws Exception {
    String refused = RawOrder.head(stack) + "Content-Length: 2\r\n\r\n{}";
    String next = "GET /api/v1/products/tank HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assertThat(RawOrder.statuses(stack, refused + next)).containsExactly(400, 200);
  }

  @Test
  void aRefusalWhoseBodyWasNotReadEndsTheConnection() throws Exception {
    String refused =
        RawOrder.head(stack).replace("application/json", "text/plain")
            + "Content-Length: 99\r\n\r\n{}";
    String next = "GET /api/v1/products/tank HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assertThat(RawOrder.statuses(stack, refused + next)).containsExactly(415);
  }
}
