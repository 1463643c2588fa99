package io.pigpig.runtime.settings;

/** A setting that is unknown, unreadable or out of its range. The message is for an operator. */
public final class SettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SettingsException(String message) {
    super(message);
  }
}
