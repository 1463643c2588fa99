package io.pigpig.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Message;
import io.pigpig.proto.stock.v1.BatchCheckStockRequest;
import io.pigpig.proto.stock.v1.BatchCheckStockResponse;
import io.pigpig.proto.stock.v1.CheckStockRequest;
import io.pigpig.proto.stock.v1.CheckStockResponse;
import io.pigpig.proto.stock.v1.SetStockRequest;
import io.pigpig.proto.stock.v1.SetStockResponse;
import io.pigpig.proto.stock.v1.StockLevel;
import io.pigpig.proto.stock.v1.StockServiceOuterClass;
import io.pigpig.rpc.RpcMethod.Effect;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.rpc.grpc.GrpcCaller;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every call goes through, on a service that never answers when it is asked not to. */
final class CarriersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String SILENT = "SILENT";
  private static final CheckStockRequest QUESTION =
      CheckStockRequest.newBuilder().setSku(SILENT).build();

  private static final RpcMethod<CheckStockRequest, CheckStockResponse> READ =
      method(
          "CheckStock",
          Effect.READ,
          CheckStockRequest.getDefaultInstance(),
          CheckStockResponse.getDefaultInstance());
  private static final RpcMethod<SetStockRequest, SetStockResponse> WRITE =
      method(
          "SetStock",
          Effect.WRITE,
          SetStockRequest.getDefaultInstance(),
          SetStockResponse.getDefaultInstance());
  private static final RpcMethod<BatchCheckStockRequest, BatchCheckStockResponse> STREAM =
      method(
          "BatchCheckStock",
          Effect.READ,
          BatchCheckStockRequest.getDefaultInstance(),
          BatchCheckStockResponse.getDefaultInstance());

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger stopped = new AtomicInteger();
  private final AtomicLong leftNanos = new AtomicLong();
  private final AtomicReference<Principal> asking = new AtomicReference<>();
  private TestCarriers carriers;

  /** The two that are not a plain call. */
  enum Carrier {
    GRPC,
    BUS
  }

  private static <Q extends Message, A extends Message> RpcMethod<Q, A> method(
      String name, Effect effect, Q question, A answer) {
    return new RpcMethod<>("pigpig.stock.v1.StockService", name, effect, question, answer);
  }

  @BeforeEach
  void open() throws Exception {
    carriers =
        new TestCarriers(
            vertx,
            vertx.getOrCreateContext(),
            Map.of("call-timeout", "500ms", "message-max", "1024"),
            this::service);
  }

  @AfterEach
  void close() throws Exception {
    carriers.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private RpcService service() {
    return new RpcService(StockServiceOuterClass.getDescriptor().findServiceByName("StockService"))
            .unary(READ, Access.ANYBODY, (call, question) -> answer(call, question.getSku()))
            .unary(
                WRITE,
                Access.OPERATOR,
                (call, question) -> Promise.<SetStockResponse>promise().future())
            .stream(STREAM, Access.ANYBODY, this::stream);
  }

  private Future<CheckStockResponse> answer(RpcCall<CheckStockResponse> call, String sku) {
    leftNanos.set(call.deadlineNanos() - Ticker.system().nanos());
    asking.set(call.principal());
    if (sku.equals("DEFECT")) {
      throw new IllegalStateException("a defect of the service");
    }
    if (!sku.equals(SILENT)) {
      return Future.succeededFuture(CheckStockResponse.getDefaultInstance());
    }
    Promise<CheckStockResponse> never = Promise.promise();
    call.whenGone(stopped::incrementAndGet, never.future());
    return never.future();
  }

  /** As many answers as it is asked for; without end if it is not told. */
  private void stream(RpcCall<BatchCheckStockResponse> call, BatchCheckStockRequest question) {
    if (question.getSkusCount() == 0) {
      endless(call);
    } else {
      counted(call, 0, Integer.parseInt(question.getSkus(0)));
    }
  }

  private void counted(RpcCall<BatchCheckStockResponse> call, int first, int end) {
    int next = first;
    Future<Void> sent = Future.succeededFuture();
    while (next < end && sent.isComplete() && !call.isOver()) {
      written.incrementAndGet();
      sent =
          call.write(
              BatchCheckStockResponse.newBuilder()
                  .setLevel(StockLevel.newBuilder().setTotal(next++))
                  .build());
    }
    int from = next;
    if (from == end) {
      sent.onComplete(done -> call.end());
    } else {
      sent.onComplete(done -> counted(call, from, end));
    }
  }

  private void endless(RpcCall<BatchCheckStockResponse> call) {
    if (call.isOver()) {
      return;
    }
    written.incrementAndGet();
    call.write(BatchCheckStockResponse.getDefaultInstance())
        .compose(sent -> Pause.of(vertx).millis(1))
        .onSuccess(again -> endless(call));
  }

  private RpcCaller caller(Carrier by) {
    return by == Carrier.GRPC ? carriers.byGrpc() : carriers.byBus();
  }

  @ParameterizedTest
  @EnumSource
  void aReadWithoutAnAnswerIsUnavailableAndAWriteIsUnknown(Carrier by) {
    assertThat(refusal(() -> caller(by).call(READ, QUESTION, null)))
        .isInstanceOf(Refusal.Unavailable.class);
    assertThat(refusal(() -> caller(by).call(WRITE, SetStockRequest.getDefaultInstance(), null)))
        .isInstanceOf(Refusal.OutcomeUnknown.class);
  }

  @ParameterizedTest
  @EnumSource
  void aDefectOfTheServiceIsNotAnAnswer(Carrier by) {
    CheckStockRequest defect = CheckStockRequest.newBuilder().setSku("DEFECT").build();
    assertThat(refusal(() -> caller(by).call(READ, defect, null)))
        .isInstanceOf(Refusal.Unavailable.class);
  }

  @ParameterizedTest
  @EnumSource
  void theServiceHasNoMoreTimeThanItsCaller(Carrier by) throws Exception {
    CheckStockRequest quick = CheckStockRequest.newBuilder().setSku("QUICK").build();
    long given = TimeUnit.SECONDS.toNanos(20);
    long until = Ticker.system().nanos() + given;
    carriers.call(() -> caller(by).call(READ, quick, null, until));
    assertThat(leftNanos.get()).isPositive().isLessThanOrEqualTo(given);
    assertThat(refusal(() -> caller(by).call(READ, quick, null, Ticker.system().nanos() - 1)))
        .isInstanceOf(Refusal.Unavailable.class);
  }

  /** Nobody gives the service more time than it has, whatever the caller forgets to count. */
  @ParameterizedTest
  @EnumSource
  void aLateCallIsStoppedWhereItIsWorkedOn(Carrier by) {
    assertThat(refusal(() -> caller(by).call(READ, QUESTION, null)))
        .isInstanceOf(Refusal.Unavailable.class);
    Eventually.holds("no call is under way", PATIENCE, () -> underWay() == 0);
    Eventually.holds("the work is stopped", PATIENCE, () -> stopped.get() == 1);
  }

  private int underWay() {
    return carriers.grpc().underWay() + carriers.bus().underWay();
  }

  /** Whoever it asks for; a customer asks for nobody else and nothing of an operator's. */
  @ParameterizedTest
  @EnumSource
  void theCallerIsCheckedAndNotWhomItAsksFor(Carrier by) throws Exception {
    CheckStockRequest quick = CheckStockRequest.newBuilder().setSku("QUICK").build();
    Principal bob = new Principal("bob", Role.CUSTOMER, Membership.MEMBER);
    carriers.call(() -> caller(by).call(READ, quick, bob));
    assertThat(asking.get()).isEqualTo(bob);
    SetStockRequest set = SetStockRequest.getDefaultInstance();
    assertThat(refusal(() -> caller(by).call(WRITE, set, bob)))
        .isInstanceOf(Refusal.OutcomeUnknown.class);
    RpcCaller customer = customer(by);
    carriers.call(() -> customer.call(READ, quick, null));
    assertThat(asking.get().customer()).isEqualTo("ann");
    assertThat(refusal(() -> customer.call(WRITE, set, null)))
        .isInstanceOf(Refusal.Forbidden.class);
    assertThat(refusal(() -> customer.call(READ, quick, bob)))
        .isInstanceOf(Refusal.Forbidden.class);
    carriers.call(customer::close);
  }

  private RpcCaller customer(Carrier by) throws Exception {
    return carriers.call(
        () ->
            Future.succeededFuture(
                by == Carrier.BUS
                    ? carriers.busCaller(
                        vertx, new Principal("ann", Role.CUSTOMER, Membership.NONE))
                    : new GrpcCaller(
                        vertx,
                        TestCarriers.target("test", carriers.port(), () -> "customer-ann"),
                        carriers.settings(),
                        Ticker.system())));
  }

  @ParameterizedTest
  @EnumSource
  void aStreamIsReadWholeAndInOrder(Carrier by) throws Exception {
    BatchCheckStockRequest many = BatchCheckStockRequest.newBuilder().addSkus("5000").build();
    List<Long> read = new ArrayList<>();
    carriers.call(
        () -> caller(by).stream(STREAM, many, null, next -> read.add(next.getLevel().getTotal())));
    assertThat(read).hasSize(5_000).isSorted();
  }

  /** Otherwise the defect would pass for the end of the answers. */
  @ParameterizedTest
  @EnumSource
  void aDefectOfWhoeverReadsAStreamIsNotItsEnd(Carrier by) {
    BatchCheckStockRequest many = BatchCheckStockRequest.newBuilder().addSkus("10").build();
    IllegalStateException defect = new IllegalStateException("a defect of the reader");
    assertThatThrownBy(
            () ->
                carriers.call(
                    () ->
                        caller(by).stream(
                            STREAM,
                            many,
                            null,
                            next -> {
                              throw defect;
                            })))
        .isSameAs(defect);
  }

  /** The bus has no windows: the work waits when nobody has taken so many answers. */
  @Test
  void answersOverTheBusAreMadeAsTheyAreTaken() throws Exception {
    Promise<Void> blocked = Promise.promise();
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    BatchCheckStockRequest many = BatchCheckStockRequest.newBuilder().addSkus("100000").build();
    AtomicInteger read = new AtomicInteger();
    Future<Void> all =
        carriers.begin(
            () ->
                carriers.byBus().stream(
                    STREAM,
                    many,
                    null,
                    next -> {
                      if (read.incrementAndGet() == 1) {
                        reading.countDown();
                        await(goOn);
                      }
                    }));
    assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
    vertx.setTimer(100, id -> blocked.complete());
    blocked.future().await(30, TimeUnit.SECONDS);
    assertThat(written.get()).isLessThanOrEqualTo(2 * carriers.settings().answersAhead());
    goOn.countDown();
    // Late or whole: the reader was held up for long.
    Eventually.holds("the end of the stream", PATIENCE, all::isComplete);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aStreamThatNobodyWaitsForStops() throws Exception {
    assertThat(
            refusal(
                () ->
                    carriers.byGrpc().stream(
                        STREAM, BatchCheckStockRequest.getDefaultInstance(), null, next -> {})))
        .isInstanceOf(Refusal.Unavailable.class);
    Eventually.holds("no call under way", PATIENCE, () -> carriers.grpc().underWay() == 0);
    int after = written.get();
    assertThat(after).isPositive();
    CheckStockRequest quick = CheckStockRequest.newBuilder().setSku("QUICK").build();
    for (int i = 0; i < 20; i++) {
      carriers.call(() -> carriers.byGrpc().call(READ, quick, null));
    }
    assertThat(written.get()).as("nothing is written any more").isLessThanOrEqualTo(after + 1);
  }

  @Test
  void aQuestionThatIsTooLongIsRefused() {
    CheckStockRequest longer = CheckStockRequest.newBuilder().setSku("X".repeat(2_000)).build();
    assertThat(refusal(() -> carriers.byGrpc().call(READ, longer, null)))
        .isEqualTo(new Refusal.PayloadTooLarge(1_024));
  }

  private interface Asked {
    Future<?> ask() throws Exception;
  }

  private Refusal refusal(Asked asked) {
    return catchThrowableOfType(
            RefusedException.class, () -> carriers.call(() -> asked.ask().mapEmpty()))
        .refusal();
  }
}
