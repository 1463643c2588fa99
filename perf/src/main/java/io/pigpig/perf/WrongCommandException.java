package io.pigpig.perf;

/** What was asked for cannot be; nothing has been started, and the message says what is wrong. */
final class WrongCommandException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  WrongCommandException(String message) {
    super(message);
  }

  WrongCommandException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Of a value that was refused where it was used. */
  static WrongCommandException because(IllegalArgumentException refused) {
    return new WrongCommandException(String.valueOf(refused.getMessage()), refused);
  }
}
