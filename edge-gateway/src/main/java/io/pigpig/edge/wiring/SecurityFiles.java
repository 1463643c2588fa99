package io.pigpig.edge.wiring;

import io.pigpig.edge.auth.AuthSettings;
import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.edge.auth.DevelopmentSecret;
import io.pigpig.edge.auth.JwtVerifier;
import io.pigpig.edge.auth.VerificationKey;
import io.pigpig.edge.http.Edge.Believed;
import io.pigpig.edge.wiring.Shared.Security;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.runtime.peer.CallbackSignature;
import io.pigpig.runtime.peer.PeerSettings;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    if (auth.publicKeyFile().isEmpty()) {
      make(data);
    }
    VerificationKey key = VerificationKey.read(auth, data.resolve("development.secret"));
    boolean embedded =
        settings.stores().postgresUrl().isEmpty() && settings.stores().redisUrl().isEmpty();
    return new Security(
        () -> new JwtVerifier(vertx, key, auth, clock),
        auth.issuesTokens(embedded) ? () -> new DevelopmentIssuer(vertx, key, auth, clock) : null,
        peers(settings));
  }

  private static void make(Path data) {
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new StartupFailure("the data folder " + data + " cannot be made: " + e, e);
    }
  }

  private static Map<Peer, Believed> peers(EdgeSettings settings) {
    Map<Peer, Believed> believed = new EnumMap<>(Peer.class);
    for (Peer peer : Peer.values()) {
      PeerSettings its = settings.of(peer);
      Path secret = callbackSecret(settings, peer);
      try {
        if (secret != null) {
          believed.put(peer, new Believed(CallbackSignature.read(secret), its.callbackTolerance()));
        }
      } catch (IOException e) {
        throw new StartupFailure(
            "Callbacks of the peer " + peer.text() + ": " + e.getMessage() + ".", e);
      }
    }
    return believed;
  }

  /**
   * The file of the secret that a peer signs its callbacks with: the one that the settings name, or
   * that of our own sandbox, created if need be; null when the peer is another's and has none.
   *
   * @throws StartupFailure with one line when it cannot be created
   */
  static @Nullable Path callbackSecret(EdgeSettings settings, Peer peer) {
    PeerSettings its = settings.of(peer);
    if (!its.callbackSecretFile().isEmpty()) {
      return Path.of(its.callbackSecretFile()).toAbsolutePath();
    }
    if (!its.url().isEmpty()) {
      return null;
    }
    Path data = Path.of(settings.stores().data()).toAbsolutePath();
    make(data);
    Path file = data.resolve("callback-" + peer.text() + ".secret");
    DevelopmentSecret.readOrCreate(file);
    return file;
  }
}
