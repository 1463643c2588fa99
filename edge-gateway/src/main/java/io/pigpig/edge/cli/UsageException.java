package io.pigpig.edge.cli;

/** A command line that cannot be followed. The message is one line for its user; exit code 2. */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
