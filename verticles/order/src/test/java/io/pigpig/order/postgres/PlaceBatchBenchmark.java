package io.pigpig.order.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLine;
import io.vertx.pgclient.impl.codec.DataType;
import io.vertx.pgclient.impl.codec.DataTypeCodec;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The statement of a batch of so many orders: its arguments, and their bytes for Postgres. */
@State(Scope.Thread)
public class PlaceBatchBenchmark {

  private static final Duration WINDOW = Duration.ofMinutes(15);
  private static final int SKUS = 10;

  /** Of the arguments of {@code place_orders}, in order. */
  private static final List<DataType> TYPES =
      List.of(
          DataType.UUID_ARRAY,
          DataType.TEXT_ARRAY,
          DataType.TEXT_ARRAY,
          DataType.UUID_ARRAY,
          DataType.TEXT_ARRAY,
          DataType.INT8_ARRAY,
          DataType.TEXT_ARRAY,
          DataType.INT8_ARRAY,
          DataType.INT8);

  @Param({"1", "32", "128"})
  private int orders;

  private final ByteBuf wire = Unpooled.directBuffer(1 << 16);
  private List<NewOrder> batch = List.of();

  @Setup
  public void gather() {
    Random random = new Random(1);
    batch = IntStream.range(0, orders).mapToObj(i -> order(random, i)).toList();
  }

  private static NewOrder order(Random random, int number) {
    OrderLine line = new OrderLine(new Sku("TEE-CLASSIC-WHITE-" + number % SKUS), 1, 4_900, null);
    return new NewOrder(
        id(random), "customer-" + number, id(random).toString(), id(random), List.of(line), 4_900);
  }

  private static UUID id(Random random) {
    return new UUID(random.nextLong(), random.nextLong());
  }

  @Benchmark
  public Tuple arguments() {
    return PlaceBatch.arguments(batch, WINDOW);
  }

  @Benchmark
  public int argumentsAndTheirBytes() {
    Tuple arguments = PlaceBatch.arguments(batch, WINDOW);
    wire.clear();
    for (int i = 0; i < arguments.size(); i++) {
      DataTypeCodec.encodeBinary(TYPES.get(i), arguments.getValue(i), wire);
    }
    return wire.writerIndex();
  }
}
