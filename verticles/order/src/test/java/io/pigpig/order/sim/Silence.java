package io.pigpig.order.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Keeps the shop from telling of each of the thousands of faults; ends with {@link #close()}. */
final class Silence implements AutoCloseable {

  private final Logger shop = (Logger) LoggerFactory.getLogger("io.pigpig");
  private final @Nullable Level before = shop.getLevel();

  Silence() {
    shop.setLevel(Level.OFF);
  }

  @Override
  @SuppressWarnings("NullAway") // A null level is the parent's.
  public void close() {
    shop.setLevel(before);
  }
}
