package io.pigpig.runtime.stores;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The server programs: Postgres unpacked from its jar, Redis from the PATH or from its jar.
 *
 * <p>A folder of programs appears whole or not at all: it is unpacked beside its place, then
 * renamed. Blocking; called while the data folder's lock is held.
 */
final class ServerBinaries {

  /** The major version inside the jar; a data folder of another one cannot be opened by it. */
  static final String POSTGRES_MAJOR = "18";

  private static final String POSTGRES_ARCHIVE = "/postgres-linux-x86_64.txz";
  private static final String REDIS_PROGRAM = "/redis-server-6.2.6-v5-linux-amd64";

  private final Path folder;

  ServerBinaries(Path folder) {
    this.folder = folder;
  }

  /** Where the programs are unpacked to. */
  Path folder() {
    return folder;
  }

  /** The folder whose {@code bin/} holds postgres and initdb, unpacked on first use. */
  Path postgres() {
    Path home = folder.resolve("postgres-" + POSTGRES_MAJOR);
    if (Files.isDirectory(home)) {
      return home;
    }
    Path fresh = folder.resolve("postgres-" + POSTGRES_MAJOR + ".new");
    try (InputStream archive = bundled(POSTGRES_ARCHIVE, "Postgres", "--pg URL")) {
      DataFolder.delete(fresh);
      Files.createDirectories(fresh);
      unpack(archive, fresh);
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
      return home;
    } catch (IOException e) {
      throw StartupFailure.ofFile("Postgres cannot be unpacked", fresh, e);
    }
  }

  /** {@code redis-server} or {@code valkey-server} of the PATH, else the bundled Redis 6.2. */
  Path redis() {
    return Stream.of("redis-server", "valkey-server")
        .flatMap(ServerBinaries::onPath)
        .findFirst()
        .orElseGet(this::bundledRedis);
  }

  /** The executables of this name on the PATH, in its order. */
  static Stream<Path> onPath(String program) {
    String path = System.getenv("PATH");
    return Stream.of((path == null ? "" : path).split(java.io.File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry, program))
        .filter(Files::isExecutable);
  }

  Path bundledRedis() {
    Path program = folder.resolve("redis-server");
    if (Files.isExecutable(program)) {
      return program;
    }
    Path fresh = folder.resolve("redis-server.new");
    try (InputStream resource = bundled(REDIS_PROGRAM, "Redis", "--redis URL")) {
      Files.createDirectories(folder);
      Files.copy(resource, fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
      return program;
    } catch (IOException e) {
      throw StartupFailure.ofFile("Redis cannot be unpacked", fresh, e);
    }
  }

  private static InputStream bundled(String resource, String server, String flag) {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    InputStream stream =
        system.equals("Linux amd64") ? ServerBinaries.class.getResourceAsStream(resource) : null;
    if (stream == null) {
      throw new StartupFailure(
          "There is no embedded " + server + " for " + system + "; use " + flag + ".");
    }
    return stream;
  }

  private static void unpack(InputStream archive, Path into) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive, 1 << 16)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = into.resolve(entry.getName()).normalize();
        if (!target.startsWith(into)) {
          throw new IOException("entry " + entry.getName() + " leaves the archive");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(target.getParent());
          Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
          writeFile(tar, target, into.relativize(target).startsWith("bin"));
        }
      }
    }
  }

  private static void writeFile(InputStream content, Path target, boolean executable)
      throws IOException {
    Files.createDirectories(target.getParent());
    Files.copy(content, target);
    if (executable) {
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** Makes a rename within {@code folder} survive a power failure. */
  static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
