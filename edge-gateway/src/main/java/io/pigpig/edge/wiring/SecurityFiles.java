package io.pigpig.edge.wiring;

import io.pigpig.edge.auth.AuthSettings;
import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.edge.auth.JwtVerifier;
import io.pigpig.edge.auth.VerificationKey;
import io.pigpig.edge.wiring.Shared.Security;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Reads the keys of tokens. Blocking: for start-up. */
final class SecurityFiles {

  private SecurityFiles() {}

  /**
   * What makes verifiers, and development issuers where they are on, of the keys read here.
   *
   * @throws StartupFailure with one line when a key cannot be read
   */
  static Security open(Vertx vertx, EdgeSettings settings, InstantSource clock) {
    AuthSettings auth = settings.auth();
    Path data = Path.of(settings.stores().data());
    try {
      if (auth.publicKeyFile().isEmpty()) {
        Files.createDirectories(data);
      }
    } catch (IOException e) {
      throw new StartupFailure("the data folder " + data + " cannot be made: " + e, e);
    }
    VerificationKey key = VerificationKey.read(auth, data.resolve("development.secret"));
    boolean embedded =
        settings.stores().postgresUrl().isEmpty() && settings.stores().redisUrl().isEmpty();
    return new Security(
        () -> new JwtVerifier(vertx, key, auth, clock),
        auth.issuesTokens(embedded) ? () -> new DevelopmentIssuer(vertx, key, auth, clock) : null);
  }
}
