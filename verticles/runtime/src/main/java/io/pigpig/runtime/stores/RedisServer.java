package io.pigpig.runtime.stores;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The embedded Redis (or Valkey): a gate and a cache, rebuilt from Postgres whenever it is empty,
 * so it keeps nothing on disk. It listens on the loopback interface only. Blocking throughout.
 */
final class RedisServer implements StoreServer {

  private static final int PATIENCE_MS = 500;

  /** It has nothing to save. */
  static final Duration STOP_MAX = Duration.ofSeconds(2);

  private final DataFolder folder;
  private final ServerBinaries binaries;

  RedisServer(DataFolder folder, ServerBinaries binaries) {
    this.folder = folder;
    this.binaries = binaries;
  }

  @Override
  public String name() {
    return "Redis";
  }

  void initialise() {
    try {
      Files.createDirectories(folder.redis());
    } catch (IOException e) {
      throw StartupFailure.ofFile("The folder of Redis cannot be made", folder.redis(), e);
    }
  }

  String url(int port) {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public List<String> command(int port) {
    List<String> command = new ArrayList<>(ServerCommand.ownSession());
    command.add(binaries.redis().toString());
    command.addAll(List.of("--dir", folder.redis().toString(), "--port", Integer.toString(port)));
    command.addAll(List.of("--bind", "127.0.0.1", "--daemonize", "no"));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"));
    command.addAll(List.of("--pidfile", pidPath().toString(), "--loglevel", "notice"));
    // A rewritten title would hide the folder by which a left-over server is known as ours.
    command.addAll(List.of("--set-proc-title", "no"));
    return command;
  }

  @Override
  public boolean startedBy(List<String> commandLine) {
    int flag = commandLine.indexOf("--dir");
    return flag >= 0
        && flag + 1 < commandLine.size()
        && commandLine.get(flag + 1).equals(folder.redis().toString());
  }

  private Path pidPath() {
    return folder.run().resolve("redis.pid");
  }

  @Override
  public OptionalLong pidFile() {
    return ServerCommand.firstLineAsPid(pidPath());
  }

  @Override
  public void clean() {
    try {
      Files.deleteIfExists(pidPath());
    } catch (IOException e) {
      throw StartupFailure.ofFile("A stale file cannot be removed", pidPath(), e);
    }
  }

  @Override
  public boolean serves(int port) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PATIENCE_MS);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes("+PONG".length());
      return new String(answer, StandardCharsets.US_ASCII).equals("+PONG");
    } catch (IOException e) {
      // Not yet; the caller knows how long to go on asking.
      return false;
    }
  }

  @Override
  public List<Stop> stops() {
    return List.of(new Stop("TERM", STOP_MAX), new Stop("KILL", Duration.ofSeconds(5)));
  }

  @Override
  public Path log() {
    return folder.run().resolve("redis.log");
  }
}
