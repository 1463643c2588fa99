package io.pigpig.runtime;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one spelling of an id: 36 characters, lower case. {@link UUID#fromString} also takes {@code
 * 1-1-1-1-1}, and then one id has many names.
 */
public final class UuidText {

  private static final Pattern SPELLING =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private UuidText() {}

  /** The id that is written so, or null. */
  public static @Nullable UUID parse(String text) {
    return SPELLING.matcher(text).matches() ? UUID.fromString(text) : null;
  }
}
