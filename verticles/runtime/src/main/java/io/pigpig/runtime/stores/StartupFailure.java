package io.pigpig.runtime.stores;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * A reason why the stack cannot start that an operator can remove.
 *
 * <p>The message is one sentence for that operator; the cause is for a debugger and is not shown.
 */
public final class StartupFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What the operating system, Postgres and the JDK all call a full disk. */
  static final String DISK_FULL = "No space left on device";

  public StartupFailure(String message) {
    super(message);
  }

  public StartupFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** What went wrong with a file or folder, a full disk recognised and named as such. */
  static StartupFailure ofFile(String what, Path path, IOException cause) {
    String reason = reason(cause);
    if (reason.contains(DISK_FULL)) {
      return diskFull(path);
    }
    if (cause instanceof AccessDeniedException) {
      return new StartupFailure(what + ": " + path + " is not writable.", cause);
    }
    return new StartupFailure(what + ": " + reason + ".", cause);
  }

  /** The JDK leaves out what it knows no words for: the message is then a path alone. */
  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException missing && missing.getReason() == null) {
      return missing.getFile() + " does not exist and cannot be made";
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** The first line of what a database said; its hints and positions help nobody here. */
  static StartupFailure ofSql(String what, SQLException cause) {
    String said = String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
    return new StartupFailure(what + ": " + said + (said.endsWith(".") ? "" : "."), cause);
  }

  static StartupFailure diskFull(Path path) {
    return new StartupFailure(
        "The disk that holds " + path + " is full; free some space or choose another --data.");
  }
}
