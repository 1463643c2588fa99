package io.pigpig.origins;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Sku;
import io.pigpig.edge.http.OrderBodies;
import io.pigpig.order.Order;
import io.pigpig.order.OrderLine;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.RequestedLine;
import io.pigpig.pricing.PriceBook;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Jackson binds records by reflection, and checks come after it. One event loop's. */
final class ReflectiveOrderBodies implements OrderBodies {

  private static final Pattern DESIGN_ID = Pattern.compile("[0-9a-f]{64}");
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private final JsonMapper mapper =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  /** What a client sends. */
  record Asked(@Nullable List<@Nullable AskedLine> lines) {}

  /** One line of it. */
  record AskedLine(@Nullable String sku, @Nullable Integer quantity, @Nullable String designId) {}

  /** What it is answered. */
  record Answer(
      String orderId,
      String status,
      List<AnswerLine> lines,
      long totalCents,
      String currency,
      String createdAt,
      String expiresAt) {}

  /** One line of it. */
  record AnswerLine(String sku, int quantity, int unitPriceCents, @Nullable String designId) {}

  /** A page of a list. */
  record Page(List<Answer> orders, @Nullable String nextCursor) {}

  @Override
  public List<RequestedLine> readLines(byte[] body, Catalog catalog) {
    Asked asked = bound(body);
    List<@Nullable AskedLine> lines = asked == null ? null : asked.lines();
    if (lines == null || lines.isEmpty() || lines.size() > PlaceOrder.LINES_MAX) {
      throw invalid("an order has 1 to " + PlaceOrder.LINES_MAX + " lines");
    }
    List<RequestedLine> checked = new ArrayList<>(lines.size());
    for (AskedLine line : lines) {
      checked.add(checked(line, catalog));
    }
    return checked;
  }

  private @Nullable Asked bound(byte[] body) {
    try {
      return mapper.readValue(body, Asked.class);
    } catch (JsonProcessingException e) {
      throw invalid("the body is no order: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot fail to be read", e);
    }
  }

  private static RequestedLine checked(@Nullable AskedLine line, Catalog catalog) {
    if (line == null || line.sku() == null) {
      throw invalid("a line has a sku");
    }
    Integer quantity = line.quantity();
    if (quantity == null || quantity < 1 || quantity > RequestedLine.QUANTITY_MAX) {
      throw invalid("quantity must be 1 to " + RequestedLine.QUANTITY_MAX);
    }
    String designId = line.designId();
    if (designId != null && !DESIGN_ID.matcher(designId).matches()) {
      throw invalid("designId must be 64 lower-case hex digits");
    }
    Sku sku = catalog.sku(line.sku());
    if (sku == null) {
      throw new RefusedException(new Refusal.UnknownSku("of a line"));
    }
    return new RequestedLine(sku, quantity, designId);
  }

  private static RefusedException invalid(String detail) {
    return new RefusedException(new Refusal.InvalidRequest(detail));
  }

  @Override
  public Buffer write(Order order) {
    return written(answer(order));
  }

  @Override
  public Buffer writePage(List<Order> orders, @Nullable String nextCursor) {
    return written(
        new Page(orders.stream().map(ReflectiveOrderBodies::answer).toList(), nextCursor));
  }

  private Buffer written(Object answer) {
    try {
      return Buffer.buffer(mapper.writeValueAsBytes(answer));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer that cannot be written", e);
    }
  }

  private static Answer answer(Order order) {
    List<AnswerLine> lines = new ArrayList<>(order.lines().size());
    for (OrderLine line : order.lines()) {
      lines.add(
          new AnswerLine(
              line.sku().value(), line.quantity(), line.unitPriceCents(), line.designId()));
    }
    return new Answer(
        order.orderId().toString(),
        order.status().name(),
        lines,
        order.totalCents(),
        PriceBook.CURRENCY,
        text(order.createdAt()),
        text(order.expiresAt()));
  }

  private static String text(Instant moment) {
    return MILLIS.format(moment);
  }
}
