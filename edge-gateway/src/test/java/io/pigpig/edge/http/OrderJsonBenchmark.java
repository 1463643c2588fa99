package io.pigpig.edge.http;

import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Product;
import io.pigpig.catalog.Sku;
import io.pigpig.catalog.Variant;
import io.pigpig.order.Order;
import io.pigpig.order.OrderLine;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.RequestedLine;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The JSON of an order of so many lines: read in the quick way, read by tokens, written. */
@State(Scope.Thread)
public class OrderJsonBenchmark {

  private static final Sku WHITE = new Sku("TEE-CLASSIC-WHITE-M");
  private static final Catalog CATALOG =
      new Catalog(
          1, List.of(new Product("tee", "Tee", "tee", List.of(new Variant(WHITE, "white", "M")))));

  @Param({"1", "10"})
  private int lines;

  private byte[] body = {};
  private Order order =
      new Order(
          new UUID(0x0193_7f2e_4bd0_7abcL, 0x8123_4567_89ab_cdefL),
          "customer-1",
          OrderStatus.PENDING_PAYMENT,
          List.of(),
          4_900,
          Instant.parse("2026-11-30T08:00:00.123Z"),
          Instant.parse("2026-11-30T08:15:00.123Z"));

  @Setup
  public void make() {
    String line = "{\"sku\":\"" + WHITE.value() + "\",\"quantity\":1}";
    body =
        ("{\"lines\":[" + String.join(",", Collections.nCopies(lines, line)) + "]}")
            .getBytes(StandardCharsets.UTF_8);
    order =
        new Order(
            order.orderId(),
            order.customer(),
            order.status(),
            Collections.nCopies(lines, new OrderLine(WHITE, 1, 4_900, null)),
            4_900L * lines,
            order.createdAt(),
            order.expiresAt());
  }

  @Benchmark
  public List<RequestedLine> read() {
    return OrderJson.readLines(body, CATALOG);
  }

  @Benchmark
  public List<RequestedLine> readByTokens() {
    return OrderJson.readAnyLines(body, CATALOG);
  }

  @Benchmark
  public Buffer write() {
    return OrderJson.write(order);
  }
}
