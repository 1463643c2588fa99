package io.pigpig.edge.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.edge.auth.AuthSettings.IssuerMode;
import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthSettingsTest {

  @Test
  void defaultsAreThoseOfADevelopersMachine() {
    assertThat(read(Map.of()))
        .isEqualTo(
            new AuthSettings(
                IssuerMode.AUTO,
                "pigpig-dev",
                "pigpig",
                SignatureAlgorithm.HS256,
                "",
                Duration.ofHours(12),
                Duration.ofSeconds(30),
                10_000));
  }

  @Test
  void autoIssuesWithEmbeddedStoresOnly() {
    assertThat(read(Map.of()).issuesTokens(true)).isTrue();
    assertThat(read(Map.of()).issuesTokens(false)).isFalse();
    assertThat(read(Map.of("development-issuer", "on")).issuesTokens(false)).isTrue();
    assertThat(read(Map.of("development-issuer", "off")).issuesTokens(true)).isFalse();
    assertThat(read(Map.of("algorithm", "es256", "public-key-file", "key.pem")).issuesTokens(true))
        .isFalse();
  }

  @Test
  void settingsThatContradictEachOtherAreRefused() {
    assertRefused(Map.of("algorithm", "rs256"));
    assertRefused(Map.of("public-key-file", "key.pem"));
    assertRefused(
        Map.of("algorithm", "rs256", "public-key-file", "k.pem", "development-issuer", "on"));
    assertRefused(Map.of("algorithm", "none"));
    assertRefused(Map.of("leeway", "61s"));
    assertRefused(Map.of("issuer", ""));
    assertRefused(Map.of("audience", ""));
    assertRefused(Map.of("cache-max", "0"));
  }

  @Test
  void keyIsReadFromItsFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("key.pem");
    AuthSettings settings = read(Map.of("algorithm", "es256", "public-key-file", file.toString()));
    Path secret = folder.resolve("secret");
    assertThatThrownBy(() -> VerificationKey.read(settings, secret))
        .isInstanceOf(StartupFailure.class);
    Buffer pem = Forge.pem(Forge.keys(SignatureAlgorithm.ES256).getPublic());
    Files.write(file, pem.getBytes());
    assertThat(VerificationKey.read(settings, secret).material()).isEqualTo(pem);
    Files.writeString(file, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertThatThrownBy(() -> VerificationKey.read(settings, secret))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("private");
    assertThat(secret).doesNotExist();
  }

  @Test
  void keyRefusesAShortSecretAndKeepsItToItself() {
    assertThatThrownBy(
            () -> new VerificationKey(SignatureAlgorithm.HS256, Buffer.buffer(new byte[31])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new VerificationKey(SignatureAlgorithm.HS256, Forge.SECRET).toString())
        .isEqualTo("VerificationKey[HS256]");
  }

  private static AuthSettings read(Map<String, String> values) {
    return SettingsReader.read(AuthSettings.class, values);
  }

  private static void assertRefused(Map<String, String> values) {
    assertThatThrownBy(() -> read(values)).isInstanceOf(SettingsException.class);
  }
}
