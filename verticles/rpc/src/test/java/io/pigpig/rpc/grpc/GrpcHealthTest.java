package io.pigpig.rpc.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.rpc.TestOrders;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Health and reflection as others ask for them. */
final class GrpcHealthTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ORDERS = "pigpig.order.v1.OrderService";

  private final Vertx vertx = Vertx.vertx();
  private final TestOrders orders = new TestOrders();
  private TestCarriers carriers;
  private ManagedChannel channel;

  @BeforeEach
  void open() throws Exception {
    carriers =
        new TestCarriers(
            vertx, vertx.getOrCreateContext(), Map.of("watch-every", "20ms"), orders::service);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", carriers.port()).usePlaintext().build();
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    carriers.close();
    vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static HealthCheckRequest of(String service) {
    return HealthCheckRequest.newBuilder().setService(service).build();
  }

  private static MethodDescriptor<HealthCheckRequest, HealthCheckResponse> method(
      String name, MethodType type) {
    return MethodDescriptor.<HealthCheckRequest, HealthCheckResponse>newBuilder()
        .setType(type)
        .setFullMethodName("grpc.health.v1.Health/" + name)
        .setRequestMarshaller(ProtoUtils.marshaller(HealthCheckRequest.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(HealthCheckResponse.getDefaultInstance()))
        .build();
  }

  private ServingStatus check(String service) {
    return ClientCalls.blockingUnaryCall(
            channel,
            method("Check", MethodType.UNARY),
            CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS),
            of(service))
        .getStatus();
  }

  @Test
  void theProcessAndItsServicesServeOnlyWhileTheProcessIsReady() {
    assertThat(check("")).isEqualTo(ServingStatus.SERVING);
    assertThat(check(ORDERS)).isEqualTo(ServingStatus.SERVING);
    carriers.ready(false);
    assertThat(check("")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(check(ORDERS)).isEqualTo(ServingStatus.NOT_SERVING);
    StatusRuntimeException unknown =
        catchThrowableOfType(StatusRuntimeException.class, () -> check("no.such.Service"));
    assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void aProcessThatDrainsSaysThatItDoesNotServe() throws Exception {
    // Held until it is answered, so that the drain has to wait.
    Future<?> placing =
        carriers.begin(
            () -> carriers.byGrpc().call(TestOrders.GET, TestOrders.order(TestOrders.HOLD), null));
    Eventually.holds("a call under way", PATIENCE, () -> orders.begun() == 1);
    assertThat(check("")).isEqualTo(ServingStatus.SERVING);
    Future<Void> drained = carriers.beginDrain(PATIENCE);
    Eventually.holds("NOT_SERVING", PATIENCE, () -> check("") == ServingStatus.NOT_SERVING);
    assertThat(check(ORDERS)).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(drained.isComplete()).isFalse();
    assertThat(placing.isComplete()).isFalse();
  }

  @Test
  void whoeverWatchesIsToldOfChangesAndOfTheDrain() throws Exception {
    Watcher watcher = new Watcher();
    ClientCalls.asyncServerStreamingCall(
        channel.newCall(method("Watch", MethodType.SERVER_STREAMING), CallOptions.DEFAULT),
        of(""),
        watcher);
    assertThat(watcher.next()).isEqualTo("SERVING");
    carriers.ready(false);
    assertThat(watcher.next()).isEqualTo("NOT_SERVING");
    carriers.ready(true);
    assertThat(watcher.next()).isEqualTo("SERVING");
    carriers.beginDrain(PATIENCE);
    assertThat(watcher.next()).isEqualTo("NOT_SERVING");
    assertThat(watcher.next()).isEqualTo("end");
  }

  @Test
  void whoeverWatchesAndLeavesLeavesNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      Watcher watcher = new Watcher();
      var call = channel.newCall(method("Watch", MethodType.SERVER_STREAMING), CallOptions.DEFAULT);
      ClientCalls.asyncServerStreamingCall(call, of(ORDERS), watcher);
      assertThat(watcher.next()).isEqualTo("SERVING");
      call.cancel("not wanted any more", null);
    }
    Eventually.holds("no watch left", PATIENCE, () -> carriers.grpc().underWay() == 0);
  }

  @Test
  void reflectionAnswersSeveralQuestionsOverOneStream() throws Exception {
    BlockingQueue<ServerReflectionResponse> answers = new LinkedBlockingQueue<>();
    var method =
        MethodDescriptor.<ServerReflectionRequest, ServerReflectionResponse>newBuilder()
            .setType(MethodType.BIDI_STREAMING)
            .setFullMethodName("grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
            .setRequestMarshaller(
                ProtoUtils.marshaller(ServerReflectionRequest.getDefaultInstance()))
            .setResponseMarshaller(
                ProtoUtils.marshaller(ServerReflectionResponse.getDefaultInstance()))
            .build();
    StreamObserver<ServerReflectionRequest> asking =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(method, CallOptions.DEFAULT), new Collector(answers));
    asking.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(next(answers).getListServicesResponse().getServiceList())
        .extracting(service -> service.getName())
        .contains(ORDERS, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection");
    asking.onNext(
        ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol(ORDERS + ".PlaceOrder")
            .build());
    assertThat(next(answers).getFileDescriptorResponse().getFileDescriptorProtoList()).isNotEmpty();
    asking.onNext(ServerReflectionRequest.newBuilder().setFileContainingSymbol("no.Such").build());
    assertThat(next(answers).getErrorResponse().getErrorCode()).isEqualTo(5);
    asking.onCompleted();
  }

  private static <T> T next(BlockingQueue<T> answers) throws InterruptedException {
    T answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (answer == null) {
      throw new AssertionError("no answer");
    }
    return answer;
  }

  private record Collector(BlockingQueue<ServerReflectionResponse> answers)
      implements StreamObserver<ServerReflectionResponse> {

    @Override
    public void onNext(ServerReflectionResponse answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable cause) {
      answers.clear();
    }

    @Override
    public void onCompleted() {
      // What was answered is there.
    }
  }

  /** Tells what it was told. */
  private static final class Watcher implements StreamObserver<HealthCheckResponse> {

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    String next() throws InterruptedException {
      return GrpcHealthTest.next(told);
    }

    @Override
    public void onNext(HealthCheckResponse health) {
      told.add(health.getStatus().name());
    }

    @Override
    public void onError(Throwable cause) {
      told.add(cause.toString());
    }

    @Override
    public void onCompleted() {
      told.add("end");
    }
  }
}
