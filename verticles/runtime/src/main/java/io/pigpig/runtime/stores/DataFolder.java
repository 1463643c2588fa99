package io.pigpig.runtime.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The folder of the embedded stores, held by one JVM at a time.
 *
 * <p>{@code postgres/} and {@code redis/} are the servers' own, {@code run/} says which processes
 * belong to the folder and on which ports they listen, {@code run/lock} is locked by the JVM that
 * runs them. Blocking; any thread.
 */
final class DataFolder implements AutoCloseable {

  /** Linux takes the ports of outgoing connections from 32768 on, other systems from 49152. */
  private static final int PORT_END = 32_768;

  private static final int PORT_MIN = 16_384;
  private static final int PORT_TRIES = 1_000;
  private static final int CALL_MS = 500;

  private final Path root;
  private final FileChannel lockChannel;

  private DataFolder(Path root, FileChannel lockChannel) {
    this.root = root;
    this.lockChannel = lockChannel;
  }

  /**
   * Creates the folder if needed and takes its lock.
   *
   * @throws StartupFailure if the path is no folder, is not writable, or another JVM holds it
   */
  static DataFolder open(Path path) {
    Path root = path.toAbsolutePath().normalize();
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new StartupFailure("The data folder " + root + " is a file; choose another --data.");
    }
    try {
      Files.createDirectories(root.resolve("run"));
      refuseSameJvm(root);
      return new DataFolder(root, lock(root));
    } catch (IOException e) {
      throw StartupFailure.ofFile("The data folder " + root + " cannot be used", root, e);
    }
  }

  /**
   * POSIX drops every lock a process has on a file when it closes any descriptor of it, so a second
   * start in this JVM must be refused before it opens the lock file.
   */
  private static void refuseSameJvm(Path root) throws IOException {
    ProcessHandle me = ProcessHandle.current();
    if (ProcessRecord.read(holderFile(root)).filter(r -> r.isOf(me)).isPresent()) {
      throw inUse(root, Long.toString(me.pid()));
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve("run/lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      String pid = ProcessRecord.read(holderFile(root)).map(r -> "" + r.pid()).orElse("unknown");
      throw inUse(root, pid);
    }
    ProcessRecord.of(ProcessHandle.current()).write(holderFile(root));
    return channel;
  }

  private static StartupFailure inUse(Path root, String pid) {
    return new StartupFailure(
        "The data folder " + root + " is in use by process " + pid + "; stop it first.");
  }

  private static Path holderFile(Path root) {
    return root.resolve("run/jvm.process");
  }

  Path root() {
    return root;
  }

  Path postgres() {
    return root.resolve("postgres");
  }

  Path redis() {
    return root.resolve("redis");
  }

  Path run() {
    return root.resolve("run");
  }

  Path file(String name) {
    return root.resolve(name);
  }

  /** The port remembered for {@code store}, or a free one, remembered from now on. */
  synchronized int port(String store) {
    Path file = run().resolve(store + RunFolder.PORT);
    try {
      int remembered = remembered(file);
      int port = remembered != 0 && isFree(remembered) ? remembered : freePort(portsOf(run()));
      if (port != remembered) {
        Files.writeString(file, Integer.toString(port));
      }
      return port;
    } catch (IOException e) {
      throw StartupFailure.ofFile("No port for " + store, root, e);
    }
  }

  /** What is kept for others, who may not listen yet. */
  private static Set<Integer> portsOf(Path run) throws IOException {
    Set<Integer> kept = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(run, "*" + RunFolder.PORT)) {
      for (Path file : files) {
        kept.add(remembered(file));
      }
    }
    return kept;
  }

  private static int remembered(Path file) throws IOException {
    try {
      return Integer.parseInt(Files.readString(file).strip());
    } catch (NoSuchFileException | NumberFormatException e) {
      // Never chosen, or torn by a crash while it was written: choose anew.
      return 0;
    }
  }

  /**
   * Whether nobody listens there. Tried by a call: whoever tries by listening gives the port to
   * every process that is started just then, until that has closed what it inherited.
   */
  static boolean isFree(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CALL_MS);
      return false;
    } catch (ConnectException refused) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Not one that the system gives to outgoing connections: one of those could have it just when the
   * store is to come back on it.
   */
  private static int freePort(Set<Integer> kept) throws IOException {
    for (int i = 0; i < PORT_TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_END);
      if (!kept.contains(port) && isFree(port)) {
        return port;
      }
    }
    throw new IOException("no free port from " + PORT_MIN + " to " + (PORT_END - 1));
  }

  /** Removes a folder and all that is in it, if it is there. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (var paths = Files.walk(folder)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(holderFile(root));
      lockChannel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
