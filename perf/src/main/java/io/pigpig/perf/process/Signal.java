package io.pigpig.perf.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A signal to a process by {@code kill}, for those that Java itself does not send. */
public final class Signal {

  private static final int SECONDS_MAX = 10;

  private Signal() {}

  /**
   * Returns once it is sent.
   *
   * @param signal such as {@code -STOP}
   * @throws IOException with what kill said, when there is no such process or it may not be sent
   */
  public static void send(String signal, long pid) throws IOException {
    String command = "kill " + signal + " " + pid;
    Process kill =
        new ProcessBuilder("kill", signal, Long.toString(pid)).redirectErrorStream(true).start();
    try {
      if (!kill.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
        throw new IOException(command + " did not end within " + SECONDS_MAX + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during " + command, e);
    }
    if (kill.exitValue() != 0) {
      String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      throw new IOException(command + " ended with " + kill.exitValue() + (": " + said.strip()));
    }
  }

  /** As {@link #send}; nothing where the process has ended meanwhile. */
  public static void sendUnlessGone(String signal, ProcessHandle process) throws IOException {
    try {
      send(signal, process.pid());
    } catch (IOException e) {
      if (process.isAlive()) {
        throw e;
      }
    }
  }
}
