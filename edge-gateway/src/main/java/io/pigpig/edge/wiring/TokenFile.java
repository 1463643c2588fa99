package io.pigpig.edge.wiring;

import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A token that whoever issues it puts into a file, and puts another into before its time is over.
 * What is shown is the last that could be read. Safe from any thread, but for {@link #refresh},
 * which is one event loop's.
 */
final class TokenFile implements Supplier<String> {

  private static final Logger log = LoggerFactory.getLogger(TokenFile.class);
  private static final int BYTES_MAX = 8_192;

  private final Path file;
  private volatile String token;
  private boolean unreadable;

  private TokenFile(Path file, String token) {
    this.file = file;
    this.token = token;
  }

  /**
   * Reads it for the first time. Blocking: for start-up.
   *
   * @throws StartupFailure with one line when it cannot be read
   */
  static TokenFile open(Path file) {
    try {
      return new TokenFile(file, read(file));
    } catch (IOException e) {
      throw new StartupFailure("services.token-file " + file + " cannot be read: " + e, e);
    }
  }

  private static String read(Path file) throws IOException {
    if (Files.size(file) > BYTES_MAX) {
      throw new IOException("it is longer than " + BYTES_MAX + " bytes");
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    if (text.isEmpty()) {
      throw new IOException("it is empty");
    }
    return text;
  }

  @Override
  public String get() {
    return token;
  }

  /** Reads it again, on a worker. A file that cannot be read now leaves the token as it was. */
  Future<Void> refresh(Vertx vertx) {
    return vertx
        .executeBlocking(() -> read(file))
        .onSuccess(this::isNow)
        .onFailure(this::cannotBeRead)
        .otherwiseEmpty()
        .mapEmpty();
  }

  private void isNow(String text) {
    if (unreadable || !text.equals(token)) {
      log.info("services.token-file {} was read anew", file);
    }
    unreadable = false;
    token = text;
  }

  private void cannotBeRead(Throwable cause) {
    if (!unreadable) {
      log.warn(
          "services.token-file {} cannot be read, its last token is shown: {}",
          file,
          cause.toString());
    }
    unreadable = true;
  }
}
