package io.pigpig.sandbox;

import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code SandboxMain payment|carrier [--port N] [--data DIR] ...}: one sandbox peer. */
public final class SandboxMain {

  private static final long STOP_SECONDS = 5;

  private SandboxMain() {}

  public static void main(String[] arguments) {
    try {
      run(arguments);
    } catch (IllegalArgumentException | SettingsException | IOException e) {
      System.err.println("sandbox: " + e.getMessage());
      System.exit(e instanceof IOException ? 1 : 2);
    }
  }

  private static void run(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("usage: payment|carrier [--port N] [--data DIR]");
    }
    PeerKind kind = PeerKind.of(arguments[0]);
    SandboxSettings settings = SettingsReader.read(SandboxSettings.class, flags(arguments));
    // No folder for what is on the class path: it would stay behind whenever this is killed.
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)));
    SandboxPeer peer = new SandboxPeer(vertx, kind, settings, () -> Runtime.getRuntime().halt(3));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(peer), "drain"));
    peer.open()
        .onSuccess(port -> System.out.println("sandbox " + arguments[0] + " is ready on " + port))
        .onFailure(
            e -> {
              System.err.println("sandbox: port " + settings.port() + ": " + e.getMessage());
              Runtime.getRuntime().halt(1);
            });
  }

  private static Map<String, String> flags(String[] arguments) {
    Map<String, String> flags = new HashMap<>();
    for (int at = 1; at < arguments.length; at += 2) {
      if (!arguments[at].startsWith("--") || at + 1 == arguments.length) {
        throw new IllegalArgumentException("expected --FLAG VALUE at " + arguments[at]);
      }
      flags.put(arguments[at].substring(2), arguments[at + 1]);
    }
    return flags;
  }

  private static void stop(SandboxPeer peer) {
    try {
      peer.close().await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      System.err.println("sandbox: stopped without waiting any longer: " + e);
    }
    Runtime.getRuntime().halt(0);
  }
}
