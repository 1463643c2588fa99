package io.pigpig.render;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Keeps the canonical form of designs by id. Safe from any thread; every call has a deadline and
 * fails with a {@code RefusedException} of {@code UNAVAILABLE} when the store is away.
 */
public interface DesignStore {

  /** Keeps the content under its id; a second insert of the same id changes nothing. */
  Future<Void> insert(String designId, Buffer content);

  /** The content stored under this id, empty when there is none. */
  Future<Optional<Buffer>> find(String designId);

  Future<Boolean> exists(String designId);

  /** Whether the design's print file is stored. */
  Future<Boolean> hasPrint(String designId);

  /** Keeps the print file of a stored design; a second insert changes nothing. */
  Future<Void> insertPrint(String designId, Buffer png);
}
