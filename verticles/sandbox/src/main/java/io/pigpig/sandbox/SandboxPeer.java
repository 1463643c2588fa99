package io.pigpig.sandbox;

import io.pigpig.runtime.Loop;
import io.pigpig.runtime.peer.CallbackSignature;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One peer on its folder, open until it is closed. Opening reads the ledger, which blocks. */
public final class SandboxPeer {

  private static final Logger log = LoggerFactory.getLogger(SandboxPeer.class);

  private final FileChannel lock;
  private final Journal journal;
  private final PeerServer server;
  private final Loop loop;
  private final @Nullable Callbacks callbacks;
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
    loop = new Loop(vertx.getOrCreateContext());
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
    Faults faults = new Faults();
    server = new PeerServer(vertx, kind, ledger, faults, settings);
    callbacks =
        settings.callback().url().isEmpty()
            ? null
            : callbacks(vertx, kind, ledger, faults, settings);
  }

  private Callbacks callbacks(
      Vertx vertx, PeerKind kind, PeerLedger ledger, Faults faults, SandboxSettings settings)
      throws IOException {
    Cursor cursor = new Cursor(Path.of(settings.data(), "callbacks.cursor"));
    Callbacks.Parts parts =
        new Callbacks.Parts(
            vertx,
            kind,
            ledger,
            faults,
            CallbackSignature.read(Path.of(settings.callback().secretFile())),
            cursor,
            InstantSource.system(),
            new SplittableRandom());
    Callbacks made =
        new Callbacks(parts, settings.callback(), cursor.open(journal.kept().size()), loop);
    ledger.onDurable(made::tell);
    return made;
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
    Callbacks telling = callbacks;
    if (telling != null) {
      // What an earlier run of this peer has not told.
      loop.execute(telling::tell);
    }
    return server.open();
  }

  public Future<Void> close() {
    Callbacks telling = callbacks;
    Future<Void> told = telling == null ? Future.succeededFuture() : loop.call(telling::close);
    return server.close().eventually(() -> told).eventually(this::release);
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
