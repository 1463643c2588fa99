package io.pigpig.policy.planted.edge;

import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.logging.Logger;

/** Breaks each ban on what code may call or keep. */
public final class BreaksBans {

  static int counter;

  LongSupplier clock() {
    return System::nanoTime;
  }

  void sleeps() throws InterruptedException {
    Thread.sleep(1);
  }

  String waits(CompletableFuture<String> future) {
    return future.join();
  }

  void prints() {
    System.out.println(counter);
  }

  Logger logs() {
    return Logger.getLogger("planted");
  }

  Class<?> binds() {
    return com.fasterxml.jackson.databind.ObjectMapper.class;
  }

  Class<?> blocks(Connection connection) {
    return connection.getClass();
  }

  /** A name that says nothing. */
  static final class NameManager {}
}
