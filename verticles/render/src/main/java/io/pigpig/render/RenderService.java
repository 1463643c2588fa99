package io.pigpig.render;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/**
 * Keeps designs and draws them. Safe to call from any event loop; futures complete on the caller's
 * context. Every future fails with a {@code RefusedException} for what is refused.
 */
public interface RenderService {

  /**
   * Stores a design and answers its id, 64 lower-case hex digits: the SHA-256 of its canonical
   * form, so that the same content has the same id. Refused with {@code INVALID_REQUEST} or {@code
   * UNAVAILABLE}.
   *
   * @param json the body of POST /designs, already within the body limit
   */
  Future<String> store(Buffer json);

  /** Whether a design with this id is stored. */
  Future<Boolean> exists(String designId);

  /**
   * The design's preview as PNG. Refused with {@code NOT_FOUND}, {@code INVALID_REQUEST} (width out
   * of 64 to 2048) or {@code OVERLOADED} when the render queue is full.
   *
   * @param gone completes when the caller waits no more, or has its answer; what nobody waits for
   *     is not drawn
   */
  Future<Buffer> preview(String designId, int widthPixels, Future<?> gone);

  /** As {@link #preview(String, int, Future)}, for a caller who waits whatever happens. */
  default Future<Buffer> preview(String designId, int widthPixels) {
    return preview(designId, widthPixels, Promise.promise().future());
  }

  /**
   * Makes and stores the design's print file, once a design. Refused with {@code NOT_FOUND}, {@code
   * UNAVAILABLE} or {@code OVERLOADED}.
   */
  Future<Void> print(String designId);
}
