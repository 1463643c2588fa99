package io.pigpig.runtime.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CallbackSignatureTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_795_000_000);
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final byte[] BODY = "{\"sequence\":1}".getBytes(UTF_8);

  @TempDir private Path folder;

  @Test
  void theHeaderIsWhatOpensslSays() throws IOException {
    // printf '1795000000.{"sequence":1}' | openssl dgst -sha256 -hmac 'sixteen bytes and more'
    assertThat(secret("sixteen bytes and more\n").sign(NOW, BODY))
        .isEqualTo(
            "t=1795000000,v1=52dd1b528f7553f4569534d336d6d9625479c34cf3295b5bdce5d95a3806eb3c");
  }

  @Test
  void whatWasSignedHoldsForItsToleranceAndForItsBodyAndSecretOnly() throws IOException {
    CallbackSignature ours = secret("sixteen bytes and more");
    String header = ours.sign(NOW, BODY);
    assertThat(fault(ours, header, BODY, NOW)).isNull();
    assertThat(fault(ours, header, BODY, NOW.plus(TOLERANCE))).isNull();
    assertThat(fault(ours, header, BODY, NOW.minus(TOLERANCE))).isNull();
    assertThat(fault(ours, header, BODY, NOW.plusSeconds(301))).contains("300 s");
    assertThat(fault(ours, header, BODY, NOW.minusSeconds(301))).contains("300 s");
    byte[] other = "{\"sequence\":2}".getBytes(UTF_8);
    assertThat(fault(ours, header, other, NOW)).contains("does not fit");
    assertThat(fault(ours, header.replace("t=1795", "t=1796"), BODY, NOW)).contains("not fit");
    assertThat(fault(secret("another secret, guessed"), header, BODY, NOW)).contains("not fit");
  }

  @Test
  void whatIsWrittenOtherwiseIsRefused() throws IOException {
    CallbackSignature ours = secret("sixteen bytes and more");
    String header = ours.sign(NOW, BODY);
    for (String wrong :
        new String[] {
          "",
          " " + header,
          header + ",v1=00",
          header.replace(",", ", "),
          header.replace("v1", "v0"),
          header.substring(0, header.length() - 1),
          header.replace("t=", "t=-"),
          header.replace("t=", "t=99999999999"),
          header.substring(0, 20) + header.substring(20).toUpperCase(java.util.Locale.ROOT) + "G"
        }) {
      assertThat(fault(ours, wrong, BODY, NOW)).as(wrong).contains("must be t=");
    }
  }

  @Test
  void aSecretThatIsShortOrLongOrAbsentIsRefused() {
    assertThatThrownBy(() -> secret("fifteen bytes..\n")).hasMessageContaining("16 to 1024");
    assertThatThrownBy(() -> secret("x".repeat(1025))).hasMessageContaining("not 1025");
    assertThatThrownBy(() -> CallbackSignature.read(folder.resolve("absent")))
        .isInstanceOf(IOException.class);
  }

  private CallbackSignature secret(String text) throws IOException {
    return CallbackSignature.read(Files.writeString(folder.resolve("secret"), text));
  }

  private static @Nullable String fault(
      CallbackSignature signature, String header, byte[] body, Instant now) {
    return signature.fault(header, body, now, TOLERANCE);
  }
}
