package io.pigpig.edge.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.runtime.settings.SettingsReader;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecurityFilesTest {

  @Test
  void everyLoopGetsAVerifierAndAnIssuerOfItsOwn(@TempDir Path data) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      EdgeSettings settings =
          SettingsReader.read(EdgeSettings.class, Map.of("stores.data", data.toString()));
      Shared.Security security = SecurityFiles.open(vertx, settings, InstantSource.system());
      Supplier<DevelopmentIssuer> issuers = Objects.requireNonNull(security.issuers());
      assertThat(security.verifiers().get()).isNotSameAs(security.verifiers().get());
      assertThat(issuers.get()).isNotSameAs(issuers.get());
    } finally {
      vertx.close().await(30, TimeUnit.SECONDS);
    }
  }
}
