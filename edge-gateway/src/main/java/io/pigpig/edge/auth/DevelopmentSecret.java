package io.pigpig.edge.auth;

import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/**
 * The file of 32 random bytes that the development issuer signs with, readable by its owner only.
 *
 * <p>Blocking: for start-up. The folder must be on a file system with POSIX permissions. Of several
 * processes that create the file at once all read that of the first.
 */
public final class DevelopmentSecret {

  /** The key length of HMAC-SHA-256 (RFC 7518, 3.2). */
  static final int LENGTH_BYTES = 32;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.copyOf(EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

  private DevelopmentSecret() {}

  /**
   * The secret in {@code file}, created if there is no such file; the folder must exist.
   *
   * @throws StartupFailure if the file is not 32 bytes long, if others may read or write it, or if
   *     it can be neither read nor created
   */
  public static Buffer readOrCreate(Path file) {
    try {
      if (Files.notExists(file)) {
        create(file);
      }
      return read(file);
    } catch (IOException e) {
      throw new StartupFailure("The development secret " + file + " cannot be used: " + e + ".", e);
    }
  }

  /** Written aside and linked, so that a crash leaves the whole secret or none. */
  private static void create(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is in no folder");
    }
    byte[] secret = new byte[LENGTH_BYTES];
    new SecureRandom().nextBytes(secret);
    Path aside =
        Files.createTempFile(
            folder, "secret", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      Files.write(aside, secret);
      // A move would replace one that another process has just made and signs with.
      Files.createLink(file, aside);
    } catch (FileAlreadyExistsException another) {
      // It is whole.
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private static Buffer read(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw new StartupFailure(
          "The development secret "
              + file
              + " is open to others ("
              + PosixFilePermissions.toString(permissions)
              + "); chmod 600 it, or delete it to get a new one.");
    }
    long lengthBytes = Files.size(file);
    if (lengthBytes != LENGTH_BYTES) {
      throw new StartupFailure(
          "The development secret "
              + file
              + " is "
              + lengthBytes
              + " bytes long, not "
              + LENGTH_BYTES
              + "; delete it to get a new one.");
    }
    return Buffer.buffer(Files.readAllBytes(file));
  }
}
