package io.pigpig.edge.http;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.stock.StockLevel;
import io.pigpig.stock.StockService;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reading and setting stock, one SKU or thousands. One event loop's. */
final class StockRoutes {

  /** SKUs that are asked of the ledger at a time, and so written at a time. */
  private static final int CHUNK = 256;

  private final StockService stock;

  StockRoutes(EdgeServices services) {
    this.stock = services.stock();
  }

  List<Route> routes() {
    String one = "/api/v1/stock/{sku}";
    return List.of(
        Route.get(one, Access.PUBLIC, this::level),
        Route.put(one, Access.OPERATOR, Limits.SMALL_BODY_BYTES, this::setTotal),
        Route.post(
            "/api/v1/stock:check",
            Access.PUBLIC,
            Limits.STOCK_CHECK_BODY_BYTES,
            Route.reading(this::check)));
  }

  private void level(Call call) {
    String text = call.parameter(0);
    if (!Sku.isValid(text)) {
      throw new RefusedException(
          new Refusal.NotFound("there is no stock of sku " + JsonReader.printable(text)));
    }
    call.when(stock.level(new Sku(text)), level -> answer(call, level));
  }

  private void setTotal(Call call) {
    String text = call.parameter(0);
    long total = JsonReader.read(call.body(), StockRoutes::total);
    if (!Sku.isValid(text)) {
      throw new RefusedException(new Refusal.UnknownSku(JsonReader.printable(text)));
    }
    call.when(stock.setTotal(new Sku(text), total), level -> answer(call, level));
  }

  private static long total(JsonReader in) throws IOException {
    in.beginObject("the body");
    long total = -1;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (!field.equals("total")) {
        throw JsonReader.unknownField(field);
      }
      total = in.number("total", 0, StockLevel.TOTAL_MAX);
    }
    if (total < 0) {
      throw JsonReader.missing("total");
    }
    return total;
  }

  private static void answer(Call call, StockLevel level) {
    JsonWriter out = new JsonWriter(128);
    write(out, level);
    call.json(200, out.toBuffer());
  }

  private static void write(JsonWriter out, StockLevel level) {
    out.object().field("sku", level.sku().value()).field("total", level.total());
    out.field("available", level.available()).field("held", level.held());
    out.field("sold", level.sold()).endObject();
  }

  private void check(Call call) {
    List<String> skus = JsonReader.read(call.body(), StockRoutes::skus);
    HttpServerResponse response = call.response();
    response.setChunked(true).putHeader("Content-Type", "application/x-ndjson");
    call.when(from(skus, 0, response), done -> response.end());
  }

  private static List<String> skus(JsonReader in) throws IOException {
    in.beginObject("the body");
    List<String> skus = new ArrayList<>();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (!field.equals("skus")) {
        throw JsonReader.unknownField(field);
      }
      in.beginArray("skus");
      while (in.nextElement()) {
        if (skus.size() == Limits.STOCK_CHECK_SKUS) {
          throw JsonReader.invalid("skus has at most " + Limits.STOCK_CHECK_SKUS + " entries");
        }
        // As it came: it is written back as JSON text, where nothing of it can do harm.
        skus.add(in.text("a sku"));
      }
    }
    if (skus.isEmpty()) {
      throw JsonReader.invalid("skus must be there, with 1 to " + Limits.STOCK_CHECK_SKUS);
    }
    return skus;
  }

  /** Writes chunk by chunk; a slow reader holds back the next read, a gone one ends it. */
  private Future<Void> from(List<String> skus, int start, HttpServerResponse response) {
    if (start >= skus.size() || response.closed()) {
      return Future.succeededFuture();
    }
    List<String> chunk = skus.subList(start, Math.min(skus.size(), start + CHUNK));
    List<Sku> known = chunk.stream().filter(Sku::isValid).map(Sku::new).toList();
    return stock
        .levels(known)
        .compose(levels -> write(chunk, levels, response))
        .compose(written -> from(skus, start + CHUNK, response));
  }

  private static Future<Void> write(
      List<String> chunk, List<StockLevel> levels, HttpServerResponse response) {
    if (response.closed()) {
      return Future.succeededFuture();
    }
    Map<String, StockLevel> bySku = new HashMap<>();
    levels.forEach(level -> bySku.put(level.sku().value(), level));
    JsonWriter out = new JsonWriter(100 * chunk.size());
    for (String sku : chunk) {
      StockLevel level = bySku.get(sku);
      if (level == null) {
        out.object().field("sku", sku).field("error", "UNKNOWN_SKU").endObject();
      } else {
        write(out, level);
      }
      out.newLine();
    }
    response.write(out.toBuffer());
    return response.writeQueueFull() ? drained(response) : Future.succeededFuture();
  }

  /**
   * Never completes for a client that goes away: nothing waits for it then. One that stays and does
   * not read is made to go away by {@link ConnectionWatch}.
   */
  private static Future<Void> drained(HttpServerResponse response) {
    Promise<Void> drained = Promise.promise();
    response.drainHandler(nothing -> drained.tryComplete());
    return drained.future();
  }
}
