package io.pigpig.edge.http;

import io.pigpig.render.RenderService;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.regex.Pattern;

/** Storing designs and showing their previews. One event loop's. */
final class DesignRoutes {

  private static final int WIDTH_MIN = 64;
  private static final int WIDTH_MAX = 2048;
  private static final int WIDTH_DEFAULT = 600;
  private static final Pattern DESIGN_ID = Pattern.compile("[0-9a-f]{64}");

  /** A design's id is the hash of its content, so what it looks like never changes. */
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  private final RenderService designs;

  DesignRoutes(EdgeServices services) {
    this.designs = services.designs();
  }

  List<Route> routes() {
    return List.of(
        Route.post("/api/v1/designs", Access.CUSTOMER, Limits.DESIGN_BODY_BYTES, this::store),
        Route.get("/api/v1/designs/{id}/preview.png", Access.PUBLIC, this::preview));
  }

  private void store(Call call) {
    call.when(
        designs.store(Buffer.buffer(call.body())),
        id ->
            call.json(
                201, new JsonWriter(96).object().field("designId", id).endObject().toBuffer()));
  }

  private void preview(Call call) {
    String id = call.parameter(0);
    if (!DESIGN_ID.matcher(id).matches()) {
      throw new RefusedException(
          new Refusal.NotFound("there is no design " + JsonReader.printable(id)));
    }
    int width = call.queryNumber("width", WIDTH_MIN, WIDTH_MAX, WIDTH_DEFAULT);
    String etag = '"' + id + '-' + width + '"';
    String known = call.request().getHeader(HttpHeaders.IF_NONE_MATCH);
    if (known != null && (known.equals("*") || known.contains(etag))) {
      call.when(designs.exists(id), exists -> notModified(call, etag, exists));
      return;
    }
    call.when(designs.preview(id, width, call.gone()), png -> answer(call, png, etag));
  }

  private static void notModified(Call call, String etag, boolean exists) {
    if (!exists) {
      throw new RefusedException(new Refusal.NotFound("there is no such design"));
    }
    call.response()
        .setStatusCode(304)
        .putHeader(HttpHeaders.ETAG, etag)
        .putHeader(HttpHeaders.CACHE_CONTROL, FOR_EVER)
        .end();
  }

  private static void answer(Call call, Buffer png, String etag) {
    call.response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "image/png")
        .putHeader(HttpHeaders.ETAG, etag)
        .putHeader(HttpHeaders.CACHE_CONTROL, FOR_EVER)
        .end(png);
  }
}
