package io.pigpig.runtime;

import org.jspecify.annotations.Nullable;

/** A store was asked and its answer was not seen: what was asked may or may not have happened. */
public final class OutcomeUnknownException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }
}
