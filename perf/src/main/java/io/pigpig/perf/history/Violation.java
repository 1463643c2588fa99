package io.pigpig.perf.history;

/** One broken promise, and a sentence of what was seen. */
public record Violation(Promise promise, String what) {
  @Override
  public String toString() {
    return promise + ": " + what;
  }
}
