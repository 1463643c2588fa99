package io.pigpig.sandbox;

import io.pigpig.runtime.Loop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One peer on its folder, open until it is closed. Opening reads the ledger, which blocks. */
public final class SandboxPeer {

  private static final Logger log = LoggerFactory.getLogger(SandboxPeer.class);

  private final FileChannel lock;
  private final Journal journal;
  private final PeerServer server;
  private final Runnable broken;

  /**
   * Takes the folder.
   *
   * @param broken called when the ledger's file cannot be written: memory and disk differ then
   * @throws IOException with one line for the operator
   */
  public SandboxPeer(Vertx vertx, PeerKind kind, SandboxSettings settings, Runnable broken)
      throws IOException {
    this.broken = broken;
    Path folder = Files.createDirectories(Path.of(settings.data()));
    lock =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (taken(lock) == null) {
      lock.close();
      throw new IOException("the folder " + folder + " is in use by another process");
    }
    journal = new Journal(folder.resolve("ledger.jsonl"));
    Loop loop = new Loop(vertx.getOrCreateContext());
    PeerLedger ledger =
        new PeerLedger(
            kind,
            journal.kept(),
            settings,
            loop,
            entries ->
                vertx
                    .executeBlocking(
                        () -> {
                          journal.append(entries);
                          return entries;
                        })
                    .onFailure(this::broke));
    server = new PeerServer(vertx, kind, ledger, settings);
  }

  private static @Nullable FileLock taken(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private void broke(Throwable cause) {
    log.error("the ledger cannot be written", cause);
    broken.run();
  }

  /** Answers the port. */
  public Future<Integer> open() {
    return server.open();
  }

  public Future<Void> close() {
    return server.close().eventually(this::release);
  }

  private Future<Void> release() {
    try {
      journal.close();
      lock.close();
      return Future.succeededFuture();
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }
}
