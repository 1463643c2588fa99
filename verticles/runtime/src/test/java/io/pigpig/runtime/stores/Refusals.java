package io.pigpig.runtime.stores;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.function.Supplier;

/** The one line an operator reads when a start is refused. */
final class Refusals {

  private Refusals() {}

  /** Starts, expects a {@link StartupFailure}, and checks that it is one line. */
  static String of(Supplier<EmbeddedStores> start) {
    StartupFailure failure = catchThrowableOfType(StartupFailure.class, () -> start.get().close());
    if (failure == null) {
      throw new AssertionError("the start was not refused");
    }
    String line = String.valueOf(failure.getMessage());
    if (line.lines().count() != 1) {
      throw new AssertionError("not one line: " + line);
    }
    return line;
  }
}
