package io.pigpig.edge.wiring;

import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.edge.wiring.Shared.Security;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.stores.StartupFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * The token that this process shows to the others: an operator's, because it vouches for those on
 * whose behalf it asks. From a file, or issued here where tokens are issued, and anew when half its
 * time is over. Owned by one event loop.
 */
final class ServiceToken implements Supplier<String> {

  private static final int FILE_BYTES_MAX = 8_192;

  /** Who this process is to the others. */
  private static final Principal SELF = new Principal("stack", Role.OPERATOR, Membership.NONE);

  private final DevelopmentIssuer issuer;
  private final InstantSource clock;
  private String token = "";
  private long renewMillis;

  private ServiceToken(DevelopmentIssuer issuer, InstantSource clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  /**
   * Makes one for each event loop. Blocking: for start-up.
   *
   * @throws StartupFailure with one line when there is neither a file nor an issuer
   */
  static Supplier<Supplier<String>> of(
      ServicesSettings settings, Security security, InstantSource clock) {
    if (!settings.tokenFile().isEmpty()) {
      String token = read(Path.of(settings.tokenFile()));
      return () -> () -> token;
    }
    Supplier<DevelopmentIssuer> issuers = security.issuers();
    if (issuers == null) {
      throw new StartupFailure(
          "services.token-file must name an operator's token: this process asks other roles, and"
              + " tokens are not issued here");
    }
    return () -> new ServiceToken(issuers.get(), clock);
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new IOException("it is longer than " + FILE_BYTES_MAX + " bytes");
      }
      return Files.readString(file, StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new StartupFailure("services.token-file " + file + " cannot be read: " + e, e);
    }
  }

  @Override
  public String get() {
    long now = clock.millis();
    if (now >= renewMillis) {
      token = issuer.issue(SELF);
      renewMillis = now + issuer.expiresInSeconds() * 500;
    }
    return token;
  }
}
