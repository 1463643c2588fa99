package io.pigpig.perf.load.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswerJsonTest {

  private static final String ID = "01900000-0000-7000-8000-00000000abcd";

  @Test
  void theIdOfAnOrderIsFound() {
    assertThat(orderId("{\"orderId\":\"" + ID + "\",\"status\":\"PENDING\"}")).isEqualTo(ID);
    assertThat(orderId("{ \"lines\" : [], \"orderId\" : \"" + ID + "\" }")).isEqualTo(ID);
  }

  @Test
  void aNameInsideAStringIsNotTakenForAField() {
    assertThat(orderId("{\"detail\":\"\\\"orderId\\\":\\\"x\\\"\",\"orderId\":\"" + ID + "\"}"))
        .isEqualTo(ID);
    assertThat(orderId("{\"title\":\"orderId\",\"orderId\":\"" + ID + "\"}")).isEqualTo(ID);
  }

  @Test
  void whatIsNoIdIsNone() {
    assertThat(orderId("")).isEqualTo("null");
    assertThat(orderId("{\"orderId\":\"short\"}")).isEqualTo("null");
    assertThat(orderId("{\"orderId\":7}")).isEqualTo("null");
    assertThat(orderId("{\"orderId\":\"" + ID)).isEqualTo("null");
    assertThat(orderId("{\"orderId\"")).isEqualTo("null");
  }

  @Test
  void theCodeOfARefusalIsFoundOrMadeOfItsStatus() {
    assertThat(code(409, "{\"title\":\"code\",\"code\":\"OUT_OF_STOCK\"}"))
        .isEqualTo("OUT_OF_STOCK");
    assertThat(code(502, "<html>bad gateway</html>")).isEqualTo("HTTP_502");
    assertThat(code(500, "{\"code\":\"\"}")).isEqualTo("HTTP_500");
  }

  private static String orderId(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    return String.valueOf(AnswerJson.orderId(bytes, bytes.length));
  }

  private static String code(int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    return AnswerJson.code(status, bytes, bytes.length);
  }
}
