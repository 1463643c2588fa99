package io.pigpig.runtime;

/**
 * A store could not be asked, or would not do it now (a lock or a statement that took too long, a
 * deadlock, no resources left): nothing happened, and the same may be asked again.
 */
public final class LinkDownException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LinkDownException(String message) {
    super(message, null, false, false);
  }
}
