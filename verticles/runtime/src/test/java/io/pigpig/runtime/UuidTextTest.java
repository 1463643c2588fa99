package io.pigpig.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UuidTextTest {

  @Test
  void whatAnIdIsWrittenAsIsReadAsTheId() {
    UUID id = UUID.randomUUID();
    assertThat(UuidText.parse(id.toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1-1-1-1-1",
        "01939A5E-7B3C-7000-8000-000000000001",
        "01939a5e7b3c70008000000000000001",
        " 01939a5e-7b3c-7000-8000-000000000001",
        "01939a5e-7b3c-7000-8000-0000000000012"
      })
  void anythingElseIsNone(String text) {
    assertThat(UuidText.parse(text)).isNull();
  }
}
