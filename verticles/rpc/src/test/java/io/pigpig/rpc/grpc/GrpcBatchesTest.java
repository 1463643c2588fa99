package io.pigpig.rpc.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.micrometer.core.instrument.Counter;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.rpc.TestOrders;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.faults.FaultProxy;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the batches of a stream when one of them, or the stream, comes to a bad end. */
final class GrpcBatchesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** More than a stream keeps for its reader before its writers have to wait. */
  private static final int BIG_ANSWERS = 100;

  private final Vertx vertx = Vertx.vertx();
  private final TestOrders orders = new TestOrders();
  private @Nullable TestCarriers opened;

  private void open(Map<String, String> settings) throws Exception {
    opened = new TestCarriers(vertx, vertx.getOrCreateContext(), settings, orders::service);
  }

  private TestCarriers carriers() {
    return Objects.requireNonNull(opened, "a test opens first");
  }

  @AfterEach
  void close() throws Exception {
    carriers().close();
    vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private RpcCaller caller(int port) throws Exception {
    RpcSettings settings = SettingsReader.read(RpcSettings.class, Map.of());
    return carriers()
        .call(
            () ->
                Future.succeededFuture(
                    new GrpcCaller(
                        vertx,
                        TestCarriers.target("test", port, () -> "operator"),
                        settings,
                        Ticker.system())));
  }

  private Future<PlaceOrdersResponse> place(RpcCaller by, String what) {
    long until = Ticker.system().nanos() + PATIENCE.toNanos();
    return carriers()
        .begin(
            () ->
                by.batch(
                    TestOrders.PLACE_MANY,
                    number -> TestOrders.batch(number, what),
                    PlaceOrdersResponse::getBatchId,
                    until));
  }

  private static PlaceOrdersResponse answer(Future<PlaceOrdersResponse> placing) throws Exception {
    return placing.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static Refusal refusal(Future<PlaceOrdersResponse> placing) {
    return catchThrowableOfType(RefusedException.class, () -> answer(placing)).refusal();
  }

  private double streams() {
    Counter begun =
        carriers()
            .registry()
            .find("grpc.server.calls.begun")
            .tag("rpc", TestOrders.PLACE_MANY.path())
            .counter();
    return begun == null ? 0 : begun.count();
  }

  @Test
  void aRefusedBatchHasAnAnswerOfItsOwnAndTheStreamLivesOn() throws Exception {
    open(Map.of());
    Future<PlaceOrdersResponse> held = place(carriers().byGrpc(), TestOrders.HOLD);
    Future<PlaceOrdersResponse> refused = place(carriers().byGrpc(), TestOrders.REFUSE);
    Future<PlaceOrdersResponse> after = place(carriers().byGrpc(), "ANY");
    assertThat(answer(refused).getOutcomes(0).getRefused().getCode()).isEqualTo("INVALID_REQUEST");
    assertThat(answer(after).getBatchId()).isEqualTo(3);
    assertThat(held.isComplete()).isFalse();
    orders.release(1);
    assertThat(answer(held).getBatchId()).isEqualTo(1);
    assertThat(streams()).isEqualTo(1);
  }

  @Test
  void aBatchThatItsCallerFindsTooLongIsRefusedAlone() throws Exception {
    open(Map.of("message-max", "1024"));
    Future<PlaceOrdersResponse> held = place(carriers().byGrpc(), TestOrders.HOLD);
    assertThat(refusal(place(carriers().byGrpc(), "X".repeat(2_000))))
        .isEqualTo(new Refusal.PayloadTooLarge(1_024));
    Eventually.holds("a batch held", PATIENCE, () -> orders.held() == 1);
    orders.release(1);
    assertThat(answer(held).getBatchId()).isEqualTo(1);
  }

  /** The server cannot know which batch it was, so the stream ends: after those under way. */
  @Test
  void aBatchThatTheServerFindsTooLongIsNotTakenForTheRefusalOfOthers() throws Exception {
    open(Map.of("message-max", "1024"));
    RpcCaller generous = caller(carriers().port());
    Future<PlaceOrdersResponse> held = place(generous, TestOrders.HOLD);
    Future<PlaceOrdersResponse> longer = place(generous, "X".repeat(2_000));
    Eventually.holds("a batch held", PATIENCE, () -> orders.held() == 1);
    orders.release(1);
    assertThat(answer(held).getBatchId()).isEqualTo(1);
    assertThat(refusal(longer)).isInstanceOf(Refusal.OutcomeUnknown.class);
    assertThat(answer(place(generous, "ANY")).getBatchId()).isEqualTo(1);
    carriers().call(generous::close);
  }

  @Test
  void whatWasWrittenBeforeAConnectionIsCutIsUnknown() throws Exception {
    open(Map.of());
    try (FaultProxy proxy = FaultProxy.start(vertx, "127.0.0.1", carriers().port())) {
      RpcCaller through = caller(proxy.port());
      Future<PlaceOrdersResponse> first = place(through, TestOrders.HOLD);
      Future<PlaceOrdersResponse> second = place(through, TestOrders.HOLD);
      Eventually.holds("two batches held", PATIENCE, () -> orders.held() == 2);
      proxy.reset();
      assertThat(refusal(first)).isInstanceOf(Refusal.OutcomeUnknown.class);
      assertThat(refusal(second)).isInstanceOf(Refusal.OutcomeUnknown.class);
      Eventually.holds("the work is over", PATIENCE, () -> orders.ended() == 2);
      Eventually.holds("no call is left", PATIENCE, () -> carriers().grpc().underWay() == 0);
      carriers().call(through::close);
    }
  }

  @Test
  void aDrainAnswersWhatWasBegunAndDoesNothingOfTheRest() throws Exception {
    open(Map.of("batches-in-flight", "1"));
    Future<PlaceOrdersResponse> begun = place(carriers().byGrpc(), TestOrders.HOLD);
    Future<PlaceOrdersResponse> unread = place(carriers().byGrpc(), "ANY");
    Eventually.holds("a batch held", PATIENCE, () -> orders.held() == 1);
    Future<Void> drained = carriers().beginDrain(PATIENCE);
    orders.release(1);
    assertThat(answer(begun).getBatchId()).isEqualTo(1);
    assertThat(refusal(unread)).isInstanceOf(Refusal.Unavailable.class);
    drained.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(orders.begun()).isEqualTo(1);
  }

  @Test
  void aStreamThatHasLastedItsTimeEndsAfterWhatWasBegun() throws Exception {
    open(Map.of("lasting-for", "300ms"));
    Future<PlaceOrdersResponse> begun = place(carriers().byGrpc(), TestOrders.HOLD);
    Eventually.holds("a batch held", PATIENCE, () -> orders.held() == 1);
    CompletableFuture<Void> later = new CompletableFuture<>();
    vertx.setTimer(600, id -> later.complete(null));
    later.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(begun.isComplete()).isFalse();
    orders.release(1);
    assertThat(answer(begun).getBatchId()).isEqualTo(1);
    Eventually.holds("the stream has ended", PATIENCE, () -> carriers().grpc().underWay() == 0);
  }

  /** More answers wait to be written than one, and each of them gets its turn. */
  @Test
  void aReaderThatWasSlowGetsAllItsAnswersAndItsEnd() throws Exception {
    open(Map.of("batches-in-flight", "64"));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", carriers().port())
            .flowControlWindow(64 << 10)
            .usePlaintext()
            .build();
    AtomicInteger answers = new AtomicInteger();
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<PlaceOrdersRequest, PlaceOrdersResponse> call =
        channel.newCall(placeMany(), CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<PlaceOrdersResponse>() {
          @Override
          public void onMessage(PlaceOrdersResponse answer) {
            answers.incrementAndGet();
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        operator());
    for (int i = 1; i <= BIG_ANSWERS; i++) {
      call.sendMessage(TestOrders.batch(i, TestOrders.BIG));
    }
    call.halfClose();
    Eventually.holds("answers that wait", PATIENCE, () -> orders.begun() >= 64);
    call.request(2 * BIG_ANSWERS);
    assertThat(end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).isOk()).isTrue();
    assertThat(answers.get()).isEqualTo(BIG_ANSWERS);
    channel.shutdownNow();
    assertThat(channel.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private static Metadata operator() {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer operator");
    return headers;
  }

  private static MethodDescriptor<PlaceOrdersRequest, PlaceOrdersResponse> placeMany() {
    return MethodDescriptor.<PlaceOrdersRequest, PlaceOrdersResponse>newBuilder()
        .setType(MethodType.BIDI_STREAMING)
        .setFullMethodName(TestOrders.PLACE_MANY.path())
        .setRequestMarshaller(ProtoUtils.marshaller(PlaceOrdersRequest.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(PlaceOrdersResponse.getDefaultInstance()))
        .build();
  }
}
