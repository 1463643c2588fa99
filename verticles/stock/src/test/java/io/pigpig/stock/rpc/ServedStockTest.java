package io.pigpig.stock.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Message;
import io.pigpig.catalog.Sku;
import io.pigpig.proto.stock.v1.BatchCheckStockRequest;
import io.pigpig.proto.stock.v1.CancelHoldRequest;
import io.pigpig.proto.stock.v1.CheckStockRequest;
import io.pigpig.proto.stock.v1.ConfirmHoldRequest;
import io.pigpig.proto.stock.v1.HoldCode;
import io.pigpig.proto.stock.v1.HoldLine;
import io.pigpig.proto.stock.v1.HoldStockRequest;
import io.pigpig.proto.stock.v1.SetStockRequest;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusalFacts;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.stock.StockHolds;
import io.pigpig.stock.StockLevel;
import io.pigpig.stock.StockService;
import io.pigpig.stock.Take;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What callers send that no caller should, over real gRPC, to stock that takes everything. */
final class ServedStockTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String SKU = "TEE-CLASSIC-WHITE-M";
  private static final String ID = UUID.randomUUID().toString();
  private static final String LONG = "X".repeat(2 << 20);

  private final Vertx vertx = Vertx.vertx();
  private final Everything stock = new Everything();
  private TestCarriers carriers;

  /** Has all that is asked for, and fails as a defect does when a test wants it to. */
  private final class Everything implements StockService, StockHolds {

    private final AtomicInteger reads = new AtomicInteger();
    private volatile boolean isDefect;
    private volatile long answersAfterMillis;

    private <T> Future<T> answer(T answer) {
      if (isDefect) {
        throw new IllegalArgumentException("a defect of our own");
      }
      return Future.succeededFuture(answer);
    }

    @Override
    public Future<StockLevel> level(Sku sku) {
      return answer(new StockLevel(sku, 9, 0, 0));
    }

    @Override
    public Future<List<StockLevel>> levels(List<Sku> skus) {
      reads.incrementAndGet();
      Future<List<StockLevel>> levels =
          answer(skus.stream().map(sku -> new StockLevel(sku, 9, 0, 0)).toList());
      return answersAfterMillis == 0
          ? levels
          : Pause.of(vertx).millis(answersAfterMillis).compose(waited -> levels);
    }

    @Override
    public Future<StockLevel> setTotal(Sku sku, long total) {
      return answer(new StockLevel(sku, total, 0, 0));
    }

    @Override
    public Future<Code> hold(UUID orderId, List<Take> lines, Duration time) {
      return answer(Code.HELD);
    }

    @Override
    public Future<Code> confirm(UUID orderId) {
      return answer(Code.CONFIRMED);
    }

    @Override
    public Future<Code> cancel(UUID orderId) {
      return answer(Code.CANCELLED);
    }
  }

  @BeforeEach
  void open() throws Exception {
    carriers =
        new TestCarriers(
            vertx,
            vertx.getOrCreateContext(),
            Map.of("call-timeout", "4s"),
            () -> ServedStock.of(stock, stock));
  }

  @AfterEach
  void close() throws Exception {
    carriers.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  /** A question and what is wrong with it. */
  record Mistake(String title, RpcMethod<?, ?> method, Message question) {
    @Override
    public String toString() {
      return title;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake("no SKU", StockContract.CHECK, CheckStockRequest.getDefaultInstance()),
        new Mistake("a SKU of 2 MiB", StockContract.CHECK, check(LONG)),
        new Mistake("a lower-case SKU", StockContract.CHECK, check("tee-classic")),
        new Mistake("a total of a SKU of 2 MiB", StockContract.SET, total(LONG, 1)),
        new Mistake("a total below 0", StockContract.SET, total(SKU, -1)),
        new Mistake("a total above the most", StockContract.SET, total(SKU, 1_000_000_001)),
        new Mistake("a hold of a SKU of 2 MiB", StockContract.HOLD, hold(ID, LONG, 1, 1)),
        new Mistake("a hold of 0 units", StockContract.HOLD, hold(ID, SKU, 0, 1)),
        new Mistake("a hold of 101 units", StockContract.HOLD, hold(ID, SKU, 101, 1)),
        new Mistake("a hold of no line", StockContract.HOLD, hold(ID, SKU, 1, 0)),
        new Mistake("a hold of 51 lines", StockContract.HOLD, hold(ID, SKU, 1, 51)),
        new Mistake("a hold for no time", StockContract.HOLD, holdFor(0)),
        new Mistake("a hold of an id of 2 MiB", StockContract.HOLD, hold(LONG, SKU, 1, 1)),
        new Mistake("an id in short", StockContract.CONFIRM, confirm("1-1-1-1-1")),
        new Mistake(
            "an id in upper case", StockContract.CONFIRM, confirm(ID.toUpperCase(Locale.ROOT))),
        new Mistake("an id of 2 MiB", StockContract.CANCEL, cancel(LONG)));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aCallersMistakeIsNamedAndNotRepeated(Mistake mistake) {
    Refusal refusal = refusal(mistake.method(), mistake.question());
    assertThat(refusal).isInstanceOf(Refusal.InvalidRequest.class);
    assertThat(RefusalFacts.of(refusal).detail()).hasSizeLessThan(100);
  }

  @Test
  void whatIsJustWithinTheLimitsIsTaken() throws Exception {
    assertThat(
            carriers
                .call(
                    () -> carriers.byGrpc().call(StockContract.HOLD, hold(ID, SKU, 100, 50), null))
                .getCode())
        .isEqualTo(HoldCode.HOLD_CODE_HELD);
    assertThat(
            carriers
                .call(
                    () ->
                        carriers.byGrpc().call(StockContract.SET, total(SKU, 1_000_000_000), null))
                .getLevel()
                .getTotal())
        .isEqualTo(1_000_000_000);
  }

  @Test
  void aCheckHasOneTo10000Skus() {
    BatchCheckStockRequest none = BatchCheckStockRequest.getDefaultInstance();
    BatchCheckStockRequest many =
        BatchCheckStockRequest.newBuilder().addAllSkus(Collections.nCopies(10_001, SKU)).build();
    assertThat(List.of(checkRefusal(none), checkRefusal(many)))
        .allMatch(refusal -> refusal instanceof Refusal.InvalidRequest);
  }

  @Test
  void nothingMoreIsReadForWhoWaitsNoMore() {
    stock.answersAfterMillis = 1_500;
    BatchCheckStockRequest many =
        BatchCheckStockRequest.newBuilder()
            .addAllSkus(IntStream.range(0, 10_000).mapToObj(i -> "SKU-" + i).toList())
            .build();
    assertThat(checkRefusal(many)).isInstanceOf(Refusal.Unavailable.class);
    Eventually.holds("it has ended", PATIENCE, () -> carriers.grpc().underWay() == 0);
    int reads = stock.reads.get();
    // Of forty chunks, as many as four seconds hold, and one that had begun.
    assertThat(reads).isBetween(1, 4);
    assertThat(refusal(StockContract.CHECK, check("no sku")))
        .as("a sign of life after the time of one more read")
        .isInstanceOf(Refusal.InvalidRequest.class);
    assertThat(stock.reads.get()).isEqualTo(reads);
  }

  private Refusal checkRefusal(BatchCheckStockRequest question) {
    return refused(
        () -> carriers.byGrpc().stream(StockContract.BATCH_CHECK, question, null, level -> {}));
  }

  static Stream<Mistake> calls() {
    return Stream.of(
        new Mistake("CheckStock", StockContract.CHECK, check(SKU)),
        new Mistake("SetStock", StockContract.SET, total(SKU, 1)),
        new Mistake("HoldStock", StockContract.HOLD, hold(ID, SKU, 1, 1)),
        new Mistake("ConfirmHold", StockContract.CONFIRM, confirm(ID)),
        new Mistake("CancelHold", StockContract.CANCEL, cancel(ID)));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aDefectOfOurOwnIsNotTheCallersMistake(Mistake call) {
    stock.isDefect = true;
    assertThat(refusal(call.method(), call.question()))
        .isInstanceOfAny(Refusal.Unavailable.class, Refusal.OutcomeUnknown.class);
  }

  @SuppressWarnings("unchecked")
  private Refusal refusal(RpcMethod<?, ?> method, Message question) {
    return refused(
        () -> carriers.byGrpc().call((RpcMethod<Message, Message>) method, question, null));
  }

  private interface Asked {
    Future<?> ask();
  }

  private Refusal refused(Asked asked) {
    return catchThrowableOfType(
            RefusedException.class, () -> carriers.call(() -> asked.ask().mapEmpty()))
        .refusal();
  }

  private static CheckStockRequest check(String sku) {
    return CheckStockRequest.newBuilder().setSku(sku).build();
  }

  private static SetStockRequest total(String sku, long total) {
    return SetStockRequest.newBuilder().setSku(sku).setTotal(total).build();
  }

  private static HoldStockRequest hold(String id, String sku, int quantity, int lines) {
    HoldLine line = HoldLine.newBuilder().setSku(sku).setQuantity(quantity).build();
    return HoldStockRequest.newBuilder()
        .setOrderId(id)
        .addAllLines(Collections.nCopies(lines, line))
        .setTimeMillis(60_000)
        .build();
  }

  private static HoldStockRequest holdFor(long millis) {
    return hold(ID, SKU, 1, 1).toBuilder().setTimeMillis(millis).build();
  }

  private static ConfirmHoldRequest confirm(String id) {
    return ConfirmHoldRequest.newBuilder().setOrderId(id).build();
  }

  private static CancelHoldRequest cancel(String id) {
    return CancelHoldRequest.newBuilder().setOrderId(id).build();
  }
}
