package io.pigpig.edge.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DevelopmentIssuerTest {

  private final HandClock clock = new HandClock();
  private final AuthSettings settings = Forge.settings(SignatureAlgorithm.HS256);
  private Vertx vertx;

  @BeforeAll
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void issuedTokenProvesItsPrincipalForItsLifetime(@TempDir Path folder) {
    VerificationKey key = VerificationKey.read(settings, folder.resolve("secret"));
    DevelopmentIssuer issuer = new DevelopmentIssuer(vertx, key, settings, clock);
    JwtVerifier verifier = new JwtVerifier(vertx, key, settings, clock);
    assertThat(issuer.expiresInSeconds()).isEqualTo(12 * 3600);
    for (Role role : Role.values()) {
      for (Membership membership : Membership.values()) {
        Principal principal = new Principal("ann@example.com", role, membership);
        VerifiedToken proven = verifier.check(issuer.issue(principal)).result();
        assertThat(proven.principal()).isEqualTo(principal);
        assertThat(proven.expiresAtEpochMillis())
            .isEqualTo(clock.millis() + Duration.ofHours(12).plusSeconds(30).toMillis());
      }
    }
  }

  @Test
  void issuerSignsWithNothingButHs256() {
    VerificationKey key =
        new VerificationKey(
            SignatureAlgorithm.ES256, Forge.pem(Forge.keys(SignatureAlgorithm.ES256).getPublic()));
    AuthSettings es256 = Forge.settings(SignatureAlgorithm.ES256);
    assertThatThrownBy(() -> new DevelopmentIssuer(vertx, key, es256, clock))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void processesThatCreateTheSecretAtOnceSignWithOne(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("at-once");
    CountDownLatch all = new CountDownLatch(8);
    Set<Buffer> secrets = ConcurrentHashMap.newKeySet();
    List<Thread> processes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      processes.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    all.countDown();
                    while (all.getCount() > 0) {
                      Thread.onSpinWait();
                    }
                    secrets.add(DevelopmentSecret.readOrCreate(file));
                  }));
    }
    for (Thread each : processes) {
      assertThat(each.join(Duration.ofSeconds(20))).isTrue();
    }
    assertThat(secrets).hasSize(1);
  }

  @Test
  void secretIsCreatedOnceForItsOwnerOnly(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("secret");
    Buffer first = DevelopmentSecret.readOrCreate(file);
    assertThat(first.length()).isEqualTo(32);
    assertThat(first).isNotEqualTo(Buffer.buffer(new byte[32]));
    assertThat(DevelopmentSecret.readOrCreate(file)).isEqualTo(first);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
    assertThat(DevelopmentSecret.readOrCreate(folder.resolve("other"))).isNotEqualTo(first);
  }

  @Test
  void secretOpenToOthersOrOfAnotherLengthDoesNotStart(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("secret");
    DevelopmentSecret.readOrCreate(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> DevelopmentSecret.readOrCreate(file))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("rw-r-----");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.write(file, new byte[31]);
    assertThatThrownBy(() -> DevelopmentSecret.readOrCreate(file))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("31 bytes");
    assertThatThrownBy(() -> DevelopmentSecret.readOrCreate(folder.resolve("none/secret")))
        .isInstanceOf(StartupFailure.class);
  }
}
