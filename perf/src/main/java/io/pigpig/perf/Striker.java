package io.pigpig.perf;

import io.pigpig.perf.scenario.Strike;
import io.pigpig.perf.store.RedisSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Does a fault to a stack.
 *
 * @param disk the one that the stack's folder is on, for the fault that fills it
 * @param programs what the stack is started from, for the fault that replaces it
 */
record Striker(StackProcess stack, @Nullable SmallDisk disk, @Nullable Programs programs) {

  static final Duration SAGA_LEASE = Duration.ofSeconds(3);

  private static final Duration FSYNC_FAILS = Duration.ofSeconds(3);
  private static final Duration DISK_FULL = Duration.ofSeconds(3);
  private static final Duration CRASHED = Duration.ofSeconds(45);
  private static final Duration PROVOKED_AGAIN = Duration.ofSeconds(5);
  private static final Duration EXIT = Duration.ofSeconds(30);
  private static final Duration BACK = Duration.ofSeconds(60);
  private static final int PAUSES_MAX = 100;
  private static final Duration UNDER_WAY = Duration.ofMillis(300);
  private static final Duration BETWEEN_PAUSES = Duration.ofMillis(37);

  /**
   * Whether it struck: a crash point that was reached, a failing flush that was noticed; everything
   * else always does.
   */
  boolean strike(Fault fault) throws IOException {
    Wait wait = new Wait(Ticker.system());
    if (fault.equals(Fault.FLUSH)) {
      RedisSocket.flushAll(stack.files().port(StackProcess.REDIS));
    } else if (fault.equals(Fault.DISK) && disk != null) {
      disk.fill(wait, DISK_FULL);
    } else if (fault.equals(Fault.FSYNC)) {
      ProcessHandle server =
          ProcessHandle.of(stack.pid(StackProcess.POSTGRES))
              .orElseThrow(() -> new IOException("Postgres is not there"));
      Path log = stack.files().log(StackProcess.POSTGRES);
      return FailingFsync.of(server, log, wait, FSYNC_FAILS);
    } else if (fault.equals(Fault.PAUSE)) {
      return pauseHoldingALease(wait);
    } else if (fault.equals(Fault.ROLL)) {
      roll(wait, member -> {});
    } else if (fault.equals(Fault.UPGRADE) && programs != null) {
      replace(wait, programs, programs.after());
      replace(wait, programs, programs.before());
    } else if (fault.crashAt() == null) {
      stack.kill(fault.killed());
      if (fault.needsACluster()) {
        awaitBack(fault.killed().getFirst(), wait);
      }
    } else {
      return crash(fault.provocation(), wait);
    }
    return true;
  }

  /** What a load scenario wants done; returns when it is over. */
  void strike(Strike strike) throws IOException {
    switch (strike.what()) {
      case KILL -> strike(Fault.kills(strike.part(), strike.part()));
      case FLUSH -> strike(Fault.FLUSH);
      case ROLL -> strike(Fault.ROLL);
      case STOP -> {
        stack.signal("-STOP", strike.part());
        try {
          new Wait(Ticker.system()).pause(strike.lasts());
        } finally {
          stack.signal("-CONT", strike.part());
        }
      }
    }
  }

  /** Something that can be asked of a process by its name. */
  @FunctionalInterface
  private interface Check {
    void of(String member) throws IOException;
  }

  /** Both versions serve side by side until the last process is replaced. */
  private void replace(Wait wait, Programs files, Path version) throws IOException {
    System.out.println("  to " + version.getFileName());
    files.pointAt(version);
    roll(wait, member -> files.mustRun(stack.pid(member), version));
  }

  /** SIGTERM to one after the other, each once the one before serves again. */
  private void roll(Wait wait, Check then) throws IOException {
    for (String member : Fault.MEMBERS) {
      long pid = stack.pid(member);
      long asked = System.nanoTime();
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
      if (!wait.until(EXIT, () -> !isRunning(pid))) {
        throw new IOException(member + " did not end within " + EXIT);
      }
      double seconds = (System.nanoTime() - asked) / 1e9;
      System.out.printf(Locale.ROOT, "  %s ended after %.2f s%n", member, seconds);
      awaitBack(member, wait);
      then.of(member);
    }
  }

  private static boolean isRunning(long pid) {
    return ProcessHandle.of(pid).flatMap(handle -> handle.info().command()).isPresent();
  }

  /** The cluster starts again what has ended. */
  private void awaitBack(String member, Wait wait) throws IOException {
    if (!wait.until(BACK, () -> stack.isReady(member))) {
      throw new IOException(member + " was not started again within " + BACK);
    }
  }

  private boolean crash(CrashStep.Provocation provocation, Wait wait) throws IOException {
    Ticker ticker = Ticker.system();
    long end = ticker.nanos() + CRASHED.toNanos();
    boolean crashed = false;
    while (!crashed && ticker.nanos() - end < 0) {
      if (stack.isAlive()) {
        provokeIfPossible(provocation);
      }
      crashed = wait.until(PROVOKED_AGAIN, () -> !stack.isAlive());
    }
    if (!crashed) {
      stack.kill(List.of(StackProcess.JVM));
      return false;
    }
    return stack.endedByCrashPoint();
  }

  /** What is away already, or has no gate yet, is provoked again later. */
  private void provokeIfPossible(CrashStep.Provocation provocation) {
    try {
      provoke(provocation);
    } catch (IOException notNow) {
      System.err.println("provocation " + provocation + ": " + notNow.getMessage());
    }
  }

  /** Some steps are only taken when something is wrong. */
  private void provoke(CrashStep.Provocation provocation) throws IOException {
    switch (provocation) {
      case NONE -> {}
      case SILENT_PAYMENT -> stack.kill(List.of(StackProcess.PAYMENT));
      case SILENT_CARRIER -> silenceBookings();
      case LOST_COMMIT -> stack.kill(List.of(StackProcess.POSTGRES));
      case DRIFT -> RedisSocket.takeOneUnit(stack.files().port(StackProcess.REDIS));
    }
  }

  /** The carrier books and does not say so, until it is started anew with its stack. */
  private void silenceBookings() throws IOException {
    JsonObject rule = new JsonObject().put("operation", "book").put("fault", "SILENT_AFTER");
    try (HttpShop carrier = new HttpShop(stack.port(StackProcess.CARRIER))) {
      carrier.put("/v1/faults", new JsonObject().put("rules", new JsonArray().add(rule)));
    }
  }

  /**
   * Stops the program for twice its sagas' lease at a moment in which it holds one: stops it,
   * looks, and lets it go on until it is so. It looks twice, as a statement that was under way may
   * still end a lease after the stop.
   */
  private boolean pauseHoldingALease(Wait wait) throws IOException {
    try (Books books = new Books(stack.postgresUrl())) {
      for (int i = 0; i < PAUSES_MAX; i++) {
        long pid = stack.pid(StackProcess.JVM);
        stack.signal("-STOP");
        try {
          if (books.leasesOf(pid) > 0) {
            wait.pause(UNDER_WAY);
            if (books.leasesOf(pid) > 0) {
              wait.pause(SAGA_LEASE.multipliedBy(2));
              return true;
            }
          }
        } finally {
          stack.signal("-CONT");
        }
        wait.pause(BETWEEN_PAUSES);
      }
    }
    return false;
  }
}
