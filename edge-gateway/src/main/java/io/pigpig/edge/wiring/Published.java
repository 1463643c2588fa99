package io.pigpig.edge.wiring;

import java.util.function.Supplier;

/**
 * The newest version of an immutable value: one loop publishes, every loop reads. Safe from any
 * thread.
 */
final class Published<T> implements Supplier<T> {

  private volatile T value;

  Published(T first) {
    value = first;
  }

  void publish(T next) {
    value = next;
  }

  @Override
  public T get() {
    return value;
  }
}
