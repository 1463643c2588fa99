package io.pigpig.perf.load.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerParserTest {

  private static final String CREATED =
      "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 7\r\n\r\n"
          + "{\"a\":1}";
  private static final String CHUNKS =
      "5;name=value\r\nhello\r\nA\r\n, world!!!\r\n0\r\nTrailer: x\r\n\r\n";
  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS;
  private static final String REFUSED =
      "HTTP/1.1 503 Service Unavailable\r\nCONNECTION: Close\r\nContent-Length:0\r\n\r\n";
  private static final String EMPTY = "HTTP/1.1 204 No Content\r\n\r\n";
  private static final String INTERIM = "HTTP/1.1 100 Continue\r\n\r\n";

  private final List<String> answers = new ArrayList<>();
  private final AnswerParser parser =
      new AnswerParser(
          answer ->
              answers.add(
                  answer.status()
                      + (answer.persistent() ? " open " : " close ")
                      + new String(
                          answer.body(), 0, answer.bodyLength(), StandardCharsets.US_ASCII)));

  @Test
  void severalAnswersInOneReadAreToldApart() throws Exception {
    feed(CREATED + CHUNKED + INTERIM + EMPTY + REFUSED);
    assertThat(answers)
        .containsExactly(
            "201 open {\"a\":1}", "200 open hello, world!!!", "204 open ", "503 close ");
  }

  @Test
  void anAnswerIsTheSameWhereverItIsCut() throws Exception {
    String all = CREATED + CHUNKED + INTERIM + EMPTY + CREATED + REFUSED;
    feed(all);
    List<String> whole = List.copyOf(answers);
    for (int cut = 1; cut < all.length(); cut++) {
      answers.clear();
      feed(all.substring(0, cut));
      feed(all.substring(cut));
      assertThat(answers).as("cut at %d", cut).isEqualTo(whole);
    }
    answers.clear();
    for (int i = 0; i < all.length(); i++) {
      feed(all.substring(i, i + 1));
    }
    assertThat(answers).as("byte by byte").isEqualTo(whole);
  }

  @Test
  void withoutALengthTheConnectionsEndIsTheAnswers() throws Exception {
    feed("HTTP/1.1 200 OK\r\n\r\nsome");
    feed(" text");
    assertThat(answers).isEmpty();
    parser.end();
    assertThat(answers).containsExactly("200 close some text");
  }

  @Test
  void anAnswerThatIsCutOffIsNone() throws Exception {
    feed(CREATED.substring(0, CREATED.length() - 1));
    parser.end();
    assertThat(answers).isEmpty();
  }

  @Test
  void anOldServersConnectionIsUsedOnceUnlessItSaysOtherwise() throws Exception {
    feed("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
    feed("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
    assertThat(answers).containsExactly("200 close ", "200 open ");
  }

  @Test
  void aLongBodyIsReadToItsEndAndKeptToItsBound() throws Exception {
    int length = 3 * AnswerParser.BODY_KEPT;
    feed("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length) + EMPTY);
    assertThat(answers)
        .containsExactly("200 open " + "x".repeat(AnswerParser.BODY_KEPT), "204 open ");
  }

  @Test
  void whatIsNoAnswerIsRefused() {
    assertMalformed("SSH-2.0-OpenSSH\r\n", "expected a status line");
    assertMalformed("HTTP/1.1 2x0 OK\r\n", "expected a number");
    assertMalformed("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", "expected a number");
    assertMalformed("HTTP/1.1 200 OK\r\nContent-Length: \r\n", "expected a length");
    assertMalformed("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n", "too long");
    assertMalformed(
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n", "a second length");
    assertMalformed(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "longer than its size");
    assertMalformed("HTTP/1.1 200 OK\r\nX: " + "y".repeat(10_000), "a line is longer");
  }

  private static void assertMalformed(String text, String message) {
    AnswerParser fresh = new AnswerParser(answer -> {});
    assertThatThrownBy(() -> fresh.feed(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)))
        .isInstanceOf(MalformedAnswerException.class)
        .hasMessageContaining(message);
  }

  private void feed(String text) throws MalformedAnswerException {
    ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    parser.feed(bytes);
    assertThat(bytes.isReadable()).isFalse();
  }
}
