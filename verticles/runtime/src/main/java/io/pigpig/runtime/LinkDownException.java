package io.pigpig.runtime;

/** A store could not be asked: nothing was sent, so nothing happened. */
public final class LinkDownException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LinkDownException(String message) {
    super(message, null, false, false);
  }
}
