package io.pigpig.runtime.stores;

/**
 * A reason why the stack cannot start that an operator can remove.
 *
 * <p>The message is one sentence for that operator; the cause is for a debugger and is not shown.
 */
public final class StartupFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StartupFailure(String message) {
    super(message);
  }

  public StartupFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** What went wrong with a file or folder, a full disk recognised and named as such. */
  static StartupFailure ofFile(String what, java.nio.file.Path path, java.io.IOException cause) {
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    if (reason.contains(DISK_FULL)) {
      return diskFull(path);
    }
    if (cause instanceof java.nio.file.AccessDeniedException) {
      return new StartupFailure(what + ": " + path + " is not writable.", cause);
    }
    return new StartupFailure(what + ": " + reason + ".", cause);
  }

  static StartupFailure diskFull(java.nio.file.Path path) {
    return new StartupFailure(
        "The disk that holds " + path + " is full; free some space or choose another --data.");
  }

  /** What the operating system, Postgres and the JDK all call a full disk. */
  static final String DISK_FULL = "No space left on device";
}
