package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonReaderTest {

  private static final JsonReader.Shape<String> TEXT =
      in -> {
        in.beginObject("the body");
        in.nextField();
        String text = in.text("t");
        in.nextField();
        return text;
      };

  @Test
  void utf8IsRead() {
    byte[] body = "{\"t\":\"猪 😀\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(JsonReader.read(body, TEXT)).isEqualTo("猪 😀");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE"})
  void otherEncodingsAreRefused(String name) {
    refused("{\"t\":\"x\"}".getBytes(Charset.forName(name)));
  }

  @Test
  void aByteOrderMarkIsRefused() {
    refused("\uFEFF{\"t\":\"x\"}".getBytes(StandardCharsets.UTF_8));
  }

  private static void refused(byte[] body) {
    assertThatThrownBy(() -> JsonReader.read(body, TEXT))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refusal()).isInstanceOf(Refusal.InvalidRequest.class));
  }
}
