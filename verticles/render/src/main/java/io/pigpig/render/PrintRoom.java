package io.pigpig.render;

import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * Makes print files: the design without its garment, on a transparent ground, {@value #WIDTH} x
 * {@value #HEIGHT} pixels, which is 300 dots an inch on the print area. Each design is drawn once;
 * calls that come meanwhile wait for it. Safe from any thread.
 */
final class PrintRoom {

  static final int WIDTH = 3000;
  static final int HEIGHT = WIDTH * Placement.AREA_HEIGHT / Placement.AREA_WIDTH;

  private final DesignStore store;
  private final DesignReader reader;
  private final ShirtPainter painter;
  private final RenderWorkers workers;
  private final Map<String, Future<Void>> underWay = new HashMap<>();

  PrintRoom(DesignStore store, DesignReader reader, ShirtPainter painter, RenderWorkers workers) {
    this.store = store;
    this.reader = reader;
    this.painter = painter;
    this.workers = workers;
  }

  /** Completes when the print file is stored. */
  Future<Void> make(String designId) {
    Promise<Void> mine = Promise.promise();
    synchronized (underWay) {
      Future<Void> first = underWay.putIfAbsent(designId, mine.future());
      if (first != null) {
        return first;
      }
    }
    store
        .hasPrint(designId)
        .compose(has -> has ? Future.<Void>succeededFuture() : print(designId))
        .onComplete(
            done -> {
              synchronized (underWay) {
                underWay.remove(designId);
              }
              mine.handle(done);
            });
    return mine.future();
  }

  private Future<Void> print(String designId) {
    return store
        .find(designId)
        .compose(content -> draw(designId, content))
        .compose(png -> store.insertPrint(designId, png));
  }

  private Future<Buffer> draw(String designId, Optional<Buffer> content) {
    if (content.isEmpty()) {
      return Refused.with(new Refusal.NotFound("design " + designId + " does not exist"));
    }
    byte[] canonical = content.get().getBytes();
    return workers.submitKept(
        checkpoint -> png(painter.drawPrint(reader.read(canonical), WIDTH, checkpoint)));
  }

  /** The previews' encoder knows no transparency; a print file is not made in a hurry. */
  private static Buffer png(BufferedImage image) {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", out);
      image.flush();
      return Buffer.buffer(out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
