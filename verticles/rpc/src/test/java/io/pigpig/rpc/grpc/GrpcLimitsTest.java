package io.pigpig.rpc.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.Counter;
import io.pigpig.proto.order.v1.GetOrderResponse;
import io.pigpig.proto.order.v1.WatchOrderRequest;
import io.pigpig.proto.order.v1.WatchOrderResponse;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.rpc.TestOrders;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a gRPC server bounds, and how it says so, as a client that is not ours sees it. */
final class GrpcLimitsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String GET = "pigpig.order.v1.OrderService/GetOrder";
  private static final String WATCH = "pigpig.order.v1.OrderService/WatchOrder";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final WatchOrderRequest ANY = WatchOrderRequest.getDefaultInstance();

  private final Vertx vertx = Vertx.vertx();
  private final TestOrders orders = new TestOrders();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private @Nullable TestCarriers opened;

  private void open(String... settings) throws Exception {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      values.put(settings[i], settings[i + 1]);
    }
    opened = new TestCarriers(vertx, vertx.getOrCreateContext(), values, orders::service);
  }

  private TestCarriers carriers() {
    return Objects.requireNonNull(opened, "a test opens first");
  }

  @AfterEach
  void close() throws Exception {
    for (ManagedChannel channel : channels) {
      channel.shutdownNow();
      assertThat(channel.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    carriers().close();
    vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private Channel as(String customer) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", carriers().port()).usePlaintext().build();
    channels.add(channel);
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer customer-" + customer);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> descriptor(
      RpcMethod<Q, A> method, MethodType type) {
    return MethodDescriptor.<Q, A>newBuilder()
        .setType(type)
        .setFullMethodName(method.path())
        .setRequestMarshaller(ProtoUtils.marshaller(method.question()))
        .setResponseMarshaller(ProtoUtils.marshaller(method.answer()))
        .build();
  }

  private static GetOrderResponse get(Channel by, String what, CallOptions options) {
    return ClientCalls.blockingUnaryCall(
        by, descriptor(TestOrders.GET, MethodType.UNARY), options, TestOrders.order(what));
  }

  private static CallOptions patiently() {
    return CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Watches, and completes with the status that the watch ends with. */
  private static CompletableFuture<Status> watch(Channel by) {
    ClientCall<WatchOrderRequest, WatchOrderResponse> call =
        by.newCall(descriptor(TestOrders.WATCH, MethodType.SERVER_STREAMING), CallOptions.DEFAULT);
    CompletableFuture<Status> end = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<WatchOrderResponse>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(ANY);
    call.halfClose();
    return end;
  }

  private static Status end(CompletableFuture<Status> watch) throws Exception {
    return watch.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void whatIsCompressedIsUnimplementedAndNotInflatedWhateverTheService() throws Exception {
    open();
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> get(as("ann"), "ANY", patiently().withCompression("gzip")));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    RawCall raw = new RawCall(vertx, carriers().port());
    Buffer bomb = RawCall.framed(1, new byte[64]);
    for (String path :
        List.of(
            "grpc.health.v1.Health/Check",
            "grpc.health.v1.Health/Watch",
            "grpc.reflection.v1.ServerReflection/ServerReflectionInfo")) {
      RawCall.End end = raw.call(path, Map.of("grpc-encoding", "gzip"), bomb);
      assertThat(end.status()).as(path).isEqualTo("12");
      assertThat(end.headers()).containsEntry("grpc-accept-encoding", "identity");
    }
  }

  @Test
  void aCompressedMessageWithoutTheNameOfItsCompressionIsAnsweredAtOnce() throws Exception {
    open();
    RawCall raw = new RawCall(vertx, carriers().port());
    Map<String, String> ann = Map.of("authorization", "Bearer customer-ann");
    for (String path : List.of(GET, WATCH, "grpc.health.v1.Health/Check")) {
      RawCall.End end = raw.call(path, ann, RawCall.framed(1, new byte[] {1, 2, 3}));
      assertThat(end.status()).as(path).isEqualTo("12");
    }
    assertThat(carriers().grpc().underWay()).isZero();
  }

  @Test
  void aReadThatIsLateHasDetailsOfTheSameStatus() throws Exception {
    open();
    // grpc-java ends a late call by itself, so the server's answer is asked for with less time.
    Metadata short50 = new Metadata();
    short50.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), "50m");
    Channel impatient =
        ClientInterceptors.intercept(as("ann"), MetadataUtils.newAttachHeadersInterceptor(short50));
    StatusRuntimeException late =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> get(impatient, TestOrders.HOLD, CallOptions.DEFAULT));
    assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    com.google.rpc.Status details = Objects.requireNonNull(StatusProto.fromThrowable(late));
    assertThat(details.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED_VALUE);
    Eventually.holds("the work stops", PATIENCE, () -> orders.stopped() == 1);
  }

  @Test
  void oneCallerHasItsShareOfTheCallsWithoutADeadlineAndOthersGoOn() throws Exception {
    open("lasting-of-caller-max", "2", "lasting-max", "3");
    Channel ann = as("ann");
    List<CompletableFuture<Status>> watches = List.of(watch(ann), watch(ann));
    Eventually.holds("two watches", PATIENCE, () -> orders.begun() == 2);
    assertThat(end(watch(ann)).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    CompletableFuture<Status> bobs = watch(as("bob"));
    Eventually.holds("three watches", PATIENCE, () -> orders.begun() == 3);
    assertThat(end(watch(as("eve"))).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(get(ann, "ANY", patiently())).isEqualTo(GetOrderResponse.getDefaultInstance());
    assertThat(watches).noneMatch(CompletableFuture::isDone);
    assertThat(bobs).isNotDone();
  }

  @Test
  void aCallWithoutADeadlineEndsAfterItsTimeAndItsShareIsFree() throws Exception {
    open("lasting-for", "300ms", "lasting-max", "1");
    Channel ann = as("ann");
    assertThat(end(watch(ann)).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(end(watch(ann)).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(orders.ended()).isEqualTo(2);
  }

  @Test
  void aCallWithoutADeadlineIsAskedSomethingInTime() throws Exception {
    open("first-message-timeout", "100ms");
    RawCall raw = new RawCall(vertx, carriers().port());
    HttpClientRequest silent = raw.open(WATCH, Map.of("authorization", "Bearer customer-ann"));
    silent.sendHead().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(RawCall.end(silent.response()).status()).isEqualTo("14");
    assertThat(orders.begun()).isZero();
  }

  @Test
  void aCallerIsHeldToItsRateAndAnOperatorIsNot() throws Exception {
    open("caller-rate", "1", "caller-burst", "2");
    Channel ann = as("ann");
    get(ann, "ANY", patiently());
    get(ann, "ANY", patiently());
    StatusRuntimeException limited =
        catchThrowableOfType(StatusRuntimeException.class, () -> get(ann, "ANY", patiently()));
    assertThat(limited.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(limited.getStatus().getDescription()).contains("ann");
    for (int i = 0; i < 5; i++) {
      carriers()
          .call(() -> carriers().byGrpc().call(TestOrders.GET, TestOrders.order("ANY"), null));
    }
  }

  @Test
  void oneConnectionMoreThanThereMayBeIsClosed() throws Exception {
    open("connections-max", "1");
    get(as("ann"), "ANY", patiently());
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> get(as("bob"), "ANY", CallOptions.DEFAULT));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    Counter counted = carriers().registry().find("grpc.server.connections.refused").counter();
    assertThat(counted).isNotNull();
  }

  /** The watch is quiet for longer than a connection may be, and is kept by signs of life. */
  @Test
  void aConnectionWithoutACallIsClosedAndOneWithAQuietCallIsKept() throws Exception {
    open("idle-timeout", "1s");
    Channel quiet = as("ann");
    CompletableFuture<Status> watch = watch(quiet);
    get(as("bob"), "ANY", patiently());
    ManagedChannel idle = channels.getLast();
    Eventually.holds(
        "the idle connection is closed",
        PATIENCE,
        () -> idle.getState(false) == io.grpc.ConnectivityState.IDLE);
    RawCall raw = new RawCall(vertx, carriers().port());
    CompletableFuture<Void> twoIdleTimes = new CompletableFuture<>();
    vertx.setTimer(2_000, id -> twoIdleTimes.complete(null));
    twoIdleTimes.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(watch).isNotDone();
    assertThat(
            raw.call(
                    "grpc.health.v1.Health/Check",
                    Map.of(),
                    RawCall.framed(HealthCheckRequest.getDefaultInstance()))
                .status())
        .isEqualTo("0");
  }

  @Test
  void manyRefusalsOnOneConnectionAreNotTakenForAnAttack() throws Exception {
    open("caller-rate", "1", "caller-burst", "1");
    Channel ann = as("ann");
    get(ann, "ANY", patiently());
    for (int i = 0; i < 400; i++) {
      StatusRuntimeException limited =
          catchThrowableOfType(StatusRuntimeException.class, () -> get(ann, "ANY", patiently()));
      if (limited != null) {
        assertThat(limited.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      }
    }
  }
}
