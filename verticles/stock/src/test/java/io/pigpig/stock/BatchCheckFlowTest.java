package io.pigpig.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.pigpig.catalog.Catalog;
import io.pigpig.catalog.Sku;
import io.pigpig.proto.stock.v1.BatchCheckStockRequest;
import io.pigpig.proto.stock.v1.BatchCheckStockResponse;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.stock.rpc.ServedStock;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A check of 10 000 SKUs by grpc-java, which reads as slowly as it likes: what it has not read is
 * not computed, so that neither the SKUs of a check nor the number of slow readers fill the
 * server's memory.
 */
final class BatchCheckFlowTest {

  private static final int SKUS = 10_000;
  private static final int READERS = 8;
  private static final int WINDOW_BYTES = 64 << 10;

  /** What {@code ServedStock} asks of the ledger at a time. */
  private static final int CHUNK = 256;

  /** Before each message: a flag and its length. */
  private static final int FRAME_BYTES = 5;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final MethodDescriptor<BatchCheckStockRequest, BatchCheckStockResponse> CHECK =
      MethodDescriptor.<BatchCheckStockRequest, BatchCheckStockResponse>newBuilder()
          .setType(MethodType.SERVER_STREAMING)
          .setFullMethodName("pigpig.stock.v1.StockService/BatchCheckStock")
          .setRequestMarshaller(ProtoUtils.marshaller(BatchCheckStockRequest.getDefaultInstance()))
          .setResponseMarshaller(
              ProtoUtils.marshaller(BatchCheckStockResponse.getDefaultInstance()))
          .build();

  private GateLoop loop;
  private Counting stock;
  private TestCarriers carriers;
  private final List<ManagedChannel> channels = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    loop = GateLoop.fresh("batch_check");
    loop.sql("ALTER TABLE stock DROP CONSTRAINT stock_sku_fkey");
    loop.sql(
        "INSERT INTO stock (sku, total) SELECT 'BULK-' || n, n FROM generate_series(1, 10000) n");
    loop.sql("ANALYZE stock");
    Catalog catalog = loop.catalog();
    stock =
        new Counting(
            new LedgerStockService(loop.ledger, loop.unitsBack, () -> catalog), new AtomicLong());
    carriers =
        new TestCarriers(
            loop.vertx(), loop.context(), Map.of(), () -> ServedStock.of(stock, new NoHolds()));
  }

  /** A connection of its own: those of one connection also share its window. */
  private Reader reader() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", carriers.port())
            .flowControlWindow(WINDOW_BYTES)
            .usePlaintext()
            .build();
    channels.add(channel);
    return new Reader(channel);
  }

  @AfterEach
  void close() throws Exception {
    channels.forEach(ManagedChannel::shutdownNow);
    for (ManagedChannel channel : channels) {
      assertThat(channel.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    carriers.close();
    loop.close();
  }

  @Test
  void theFirstLevelIsReadBeforeTheLastIsComputedAndAllOfThemCome() throws Exception {
    Reader reader = reader();
    reader.read(1);
    Eventually.holds("the first level", PATIENCE, () -> reader.levels.get() == 1);
    assertStandsStill();
    assertThat(stock.computed().get()).isGreaterThan(0).isLessThan(SKUS);

    reader.read(SKUS);
    reader.end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(reader.levels.get()).isEqualTo(SKUS);
    assertThat(stock.computed().get()).isEqualTo(SKUS);
  }

  @Test
  void manyReadersWhoReadNothingHaveLittleComputedForThem() throws Exception {
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      readers.add(reader());
    }
    long most = READERS * levelsOfAWindow();
    Eventually.holds("full windows", PATIENCE, () -> stock.computed().get() >= most);
    assertStandsStill();
    assertThat(stock.computed().get()).isEqualTo(most);

    readers.forEach(Reader::cancel);
    Eventually.holds("no call left", PATIENCE, () -> carriers.grpc().underWay() == 0);
    assertStandsStill();
    assertThat(stock.computed().get())
        .as("nothing more for those who left")
        .isLessThanOrEqualTo(most + READERS * CHUNK);
  }

  /** Whole chunks until one does not fit into the window any more and waits, itself included. */
  private static long levelsOfAWindow() {
    long bytes = 0;
    for (int n = 1; n <= SKUS; n++) {
      bytes +=
          FRAME_BYTES
              + BatchCheckStockResponse.newBuilder()
                  .setLevel(
                      io.pigpig.proto.stock.v1.StockLevel.newBuilder()
                          .setSku("BULK-" + n)
                          .setTotal(n)
                          .setAvailable(n))
                  .build()
                  .getSerializedSize();
      if (n % CHUNK == 0 && bytes > WINDOW_BYTES) {
        return n;
      }
    }
    return SKUS;
  }

  /** Waits until nothing more is computed for a second, although nobody reads. */
  private void assertStandsStill() {
    long[] before = {-1, 0};
    Eventually.holds(
        "nothing more computed",
        PATIENCE,
        () -> {
          long now = stock.computed().get();
          before[1] = now == before[0] ? before[1] + 1 : 0;
          before[0] = now;
          return before[1] >= 50;
        });
  }

  /** The real stock, and how many SKUs were looked up in it. */
  private record Counting(StockService real, AtomicLong computed) implements StockService {

    @Override
    public Future<StockLevel> level(Sku sku) {
      return real.level(sku);
    }

    @Override
    public Future<List<StockLevel>> levels(List<Sku> skus) {
      computed.addAndGet(skus.size());
      return real.levels(skus);
    }

    @Override
    public Future<StockLevel> setTotal(Sku sku, long total) {
      return real.setTotal(sku, total);
    }
  }

  /** Nobody holds anything here. */
  private static final class NoHolds implements StockHolds {

    @Override
    public Future<Code> hold(UUID orderId, List<Take> lines, Duration time) {
      return Future.failedFuture("not asked for");
    }

    @Override
    public Future<Code> confirm(UUID orderId) {
      return Future.failedFuture("not asked for");
    }

    @Override
    public Future<Code> cancel(UUID orderId) {
      return Future.failedFuture("not asked for");
    }
  }

  /** Reads only what it has asked for. */
  private static final class Reader
      implements ClientResponseObserver<BatchCheckStockRequest, BatchCheckStockResponse> {

    private final AtomicInteger levels = new AtomicInteger();
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private final CompletableFuture<ClientCallStreamObserver<BatchCheckStockRequest>> requests =
        new CompletableFuture<>();

    Reader(ManagedChannel channel) {
      List<String> skus = IntStream.rangeClosed(1, SKUS).mapToObj(n -> "BULK-" + n).toList();
      ClientCalls.asyncServerStreamingCall(
          channel.newCall(
              CHECK, CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)),
          BatchCheckStockRequest.newBuilder().addAllSkus(skus).build(),
          this);
    }

    void read(int most) {
      requests.join().request(most);
    }

    void cancel() {
      requests.join().cancel("not wanted any more", null);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<BatchCheckStockRequest> begun) {
      requests.complete(begun);
      begun.disableAutoRequestWithInitial(0);
    }

    @Override
    public void onNext(BatchCheckStockResponse level) {
      levels.incrementAndGet();
    }

    @Override
    public void onError(Throwable cause) {
      end.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {
      end.complete(true);
    }
  }
}
