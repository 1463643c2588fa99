package io.pigpig.edge.auth;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Which tokens are believed, and who issues them. */
public record AuthSettings(
    @Setting(
            about =
                "Whether tokens are issued here to whoever asks: on, off, or auto: on when both"
                    + " stores are embedded and the algorithm is hs256. Processes of several roles"
                    + " need one stores.data for it, whose development.secret signs.",
            byDefault = "auto")
        IssuerMode developmentIssuer,
    @Setting(about = "The claim iss that every token must bear.", byDefault = "pigpig-dev")
        String issuer,
    @Setting(about = "The claim aud that every token must bear.", byDefault = "pigpig")
        String audience,
    @Setting(
            about =
                "The one signature algorithm of tokens: hs256 (the development secret), es256 or"
                    + " rs256 (public-key-file).",
            byDefault = "hs256")
        SignatureAlgorithm algorithm,
    @Setting(
            about = "The PEM file of the public key of es256 or rs256; empty with hs256.",
            byDefault = "")
        String publicKeyFile,
    @Setting(
            about = "How long a token of the development issuer holds.",
            byDefault = "12h",
            min = 1_000,
            max = 604_800_000)
        Duration tokenLifetime,
    @Setting(
            about = "How far the clock of a token's issuer may differ from ours.",
            byDefault = "30s",
            min = 0,
            max = 60_000)
        Duration leeway,
    @Setting(
            about = "The most verified tokens that one event loop remembers.",
            byDefault = "10000",
            min = 1,
            max = 1_000_000)
        int cacheMax) {

  /** When tokens are issued here. */
  public enum IssuerMode {
    AUTO,
    ON,
    OFF
  }

  public AuthSettings {
    if (issuer.isEmpty() || audience.isEmpty()) {
      throw new IllegalArgumentException("issuer and audience must not be empty");
    }
    boolean sharedSecret = algorithm == SignatureAlgorithm.HS256;
    if (sharedSecret != publicKeyFile.isEmpty()) {
      throw new IllegalArgumentException(
          sharedSecret
              ? "public-key-file goes with es256 or rs256: " + publicKeyFile
              : "public-key-file must be set with " + algorithm);
    }
    if (developmentIssuer == IssuerMode.ON && !sharedSecret) {
      throw new IllegalArgumentException("development-issuer on goes with hs256, not " + algorithm);
    }
  }

  /** Whether this process issues tokens, given whether both its stores are embedded. */
  public boolean issuesTokens(boolean storesEmbedded) {
    return switch (developmentIssuer) {
      case ON -> true;
      case OFF -> false;
      case AUTO -> storesEmbedded && algorithm == SignatureAlgorithm.HS256;
    };
  }
}
