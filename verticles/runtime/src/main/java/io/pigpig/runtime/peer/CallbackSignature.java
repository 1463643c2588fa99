package io.pigpig.runtime.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs callbacks and checks them: {@code t=SECONDS,v1=HEX}, where HEX is the HMAC-SHA256 of {@code
 * SECONDS.BODY} under a shared secret. The moment is signed too, so that a callback that somebody
 * recorded cannot be sent for ever. Source: Stripe, "Verify webhook signatures manually".
 *
 * <p>Immutable; any thread.
 */
public final class CallbackSignature {

  /** The header that bears it. */
  public static final String HEADER = "Pigpig-Signature";

  private static final String ALGORITHM = "HmacSHA256";
  private static final int SECRET_BYTES_MIN = 16;
  private static final int SECRET_BYTES_MAX = 1024;
  private static final Pattern FORM = Pattern.compile("t=([0-9]{1,11}),v1=([0-9a-f]{64})");

  private final SecretKeySpec secret;

  private CallbackSignature(byte[] secret) {
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  /**
   * Reads the secret: the file's bytes, without a line end behind them. Blocking: for start-up.
   *
   * @throws IOException with one line when the file cannot be read or holds too little or too much
   */
  public static CallbackSignature read(Path file) throws IOException {
    long size = Files.size(file);
    byte[] bytes = size > SECRET_BYTES_MAX ? new byte[0] : Files.readAllBytes(file);
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\n') {
      length--;
    }
    if (length < SECRET_BYTES_MIN) {
      throw new IOException(
          "the secret in "
              + file
              + " must have "
              + SECRET_BYTES_MIN
              + " to "
              + SECRET_BYTES_MAX
              + " bytes, not "
              + size);
    }
    return new CallbackSignature(Arrays.copyOf(bytes, length));
  }

  /** The header's value for a body that is sent now. */
  public String sign(Instant now, byte[] body) {
    long seconds = now.getEpochSecond();
    return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac(Long.toString(seconds), body));
  }

  /**
   * Why a header does not vouch for a body, or null if it does.
   *
   * @param tolerance how far the moment that was signed may be from ours
   */
  public @Nullable String fault(String header, byte[] body, Instant now, Duration tolerance) {
    Matcher form = FORM.matcher(header);
    if (!form.matches()) {
      return HEADER + " must be t=SECONDS,v1=HEX";
    }
    // In constant time, or the time would tell how much of a guess is right.
    if (!MessageDigest.isEqual(mac(form.group(1), body), HexFormat.of().parseHex(form.group(2)))) {
      return "the signature does not fit the body";
    }
    Instant signed = Instant.ofEpochSecond(Long.parseLong(form.group(1)));
    return Duration.between(signed, now).abs().compareTo(tolerance) > 0
        ? "the signature is more than " + tolerance.toSeconds() + " s old or early"
        : null;
  }

  private byte[] mac(String seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
