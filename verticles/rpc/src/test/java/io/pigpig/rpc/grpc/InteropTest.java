package io.pigpig.rpc.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.EchoStatus;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc;
import io.grpc.testing.integration.UnimplementedServiceGrpc;
import io.micrometer.core.instrument.Timer;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Cases of gRPC's interoperability tests, after their description
 * (github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md): grpc-java with the stubs of
 * its own interop module against our server. Each test is named after its case.
 */
final class InteropTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private final InteropService interop = new InteropService();
  private TestCarriers carriers;
  private ManagedChannel channel;

  @BeforeEach
  void open() throws Exception {
    carriers = new TestCarriers(vertx, vertx.getOrCreateContext(), Map.of(), interop::service);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", carriers.port()).usePlaintext().build();
  }

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    carriers.close();
    vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private TestServiceGrpc.TestServiceBlockingStub blocking() {
    return TestServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void emptyUnary() {
    assertThat(blocking().emptyCall(Empty.getDefaultInstance()))
        .isEqualTo(Empty.getDefaultInstance());
  }

  @Test
  void largeUnary() {
    SimpleRequest large =
        SimpleRequest.newBuilder()
            .setResponseSize(314_159)
            .setPayload(InteropService.payload(271_828))
            .build();
    assertThat(blocking().unaryCall(large).getPayload()).isEqualTo(InteropService.payload(314_159));
  }

  @Test
  void serverStreaming() {
    StreamingOutputCallRequest four = question(31_415, 9, 2_653, 58_979);
    List<Integer> sizes = new ArrayList<>();
    blocking()
        .streamingOutputCall(four)
        .forEachRemaining(answer -> sizes.add(answer.getPayload().getBody().size()));
    assertThat(sizes).containsExactly(31_415, 9, 2_653, 58_979);
  }

  @Test
  void pingPong() throws Exception {
    Duplex duplex = new Duplex(channel, null);
    int[] asked = {27_182, 8, 1_828, 45_904};
    int[] wanted = {31_415, 9, 2_653, 58_979};
    for (int i = 0; i < asked.length; i++) {
      duplex.ask(
          question(wanted[i]).toBuilder().setPayload(InteropService.payload(asked[i])).build());
      assertThat(duplex.next().getPayload().getBody().size()).isEqualTo(wanted[i]);
    }
    duplex.requests.onCompleted();
    assertThat(duplex.end().isOk()).isTrue();
  }

  @Test
  void emptyStream() throws Exception {
    Duplex duplex = new Duplex(channel, null);
    duplex.requests.onCompleted();
    assertThat(duplex.end().isOk()).isTrue();
    assertThat(duplex.answers).isEmpty();
  }

  /** Over a stream in both directions: none of our contracts has one of questions only. */
  @Test
  void cancelAfterBegin() throws Exception {
    Duplex duplex = new Duplex(channel, null);
    Eventually.holds("the call has begun", PATIENCE, () -> carriers.grpc().underWay() == 1);
    duplex.requests.cancel("not wanted any more", null);
    assertThat(duplex.end().getCode()).isEqualTo(Status.Code.CANCELLED);
    assertEndedAs("CANCELLED");
  }

  @Test
  void cancelAfterFirstResponse() throws Exception {
    Duplex duplex = new Duplex(channel, null);
    duplex.ask(question(31_415));
    assertThat(duplex.next().getPayload().getBody().size()).isEqualTo(31_415);
    duplex.ask(StreamingOutputCallRequest.getDefaultInstance());
    Eventually.holds("the second is worked on", PATIENCE, () -> interop.begun() == 2);
    duplex.requests.cancel("not wanted any more", null);
    assertThat(duplex.end().getCode()).isEqualTo(Status.Code.CANCELLED);
    // The first was answered; the second ends because its stream has.
    Eventually.holds("work stops", PATIENCE, () -> interop.ended() == interop.begun());
    assertEndedAs("CANCELLED");
  }

  /** As the server saw it: what the client says of a call it ends by itself proves nothing. */
  private void assertEndedAs(String status) {
    Eventually.holds(
        "a call that ended " + status, PATIENCE, () -> ended("FullDuplexCall", status) == 1);
    Eventually.holds("no call is under way", PATIENCE, () -> carriers.grpc().underWay() == 0);
  }

  @Test
  void timeoutOnSleepingServer() throws Exception {
    Duplex duplex = new Duplex(channel, Duration.ofMillis(100));
    duplex.ask(
        StreamingOutputCallRequest.newBuilder().setPayload(InteropService.payload(27_182)).build());
    assertThat(duplex.end().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(duplex.answers).isEmpty();
    // Whichever of the two is first, the server's work is over.
    Eventually.holds(
        "the call ended",
        PATIENCE,
        () ->
            ended("FullDuplexCall", "DEADLINE_EXCEEDED") + ended("FullDuplexCall", "CANCELLED")
                == 1);
    Eventually.holds("work stops", PATIENCE, () -> interop.ended() == interop.begun());
  }

  /** Our server refuses with the codes of its contract only: of those, one. */
  @Test
  void statusCodeAndMessage() {
    assertStatusMessage("test status message");
  }

  @Test
  void specialStatusMessage() {
    assertStatusMessage(
        "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \uD83D\uDE08\t\n");
  }

  private void assertStatusMessage(String message) {
    EchoStatus wanted =
        EchoStatus.newBuilder()
            .setCode(Status.Code.INVALID_ARGUMENT.value())
            .setMessage(message)
            .build();
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                blocking().unaryCall(SimpleRequest.newBuilder().setResponseStatus(wanted).build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(failure.getStatus().getDescription()).isEqualTo(message);
  }

  @Test
  void unimplementedMethod() {
    assertMethodIsUnimplemented();
  }

  private void assertMethodIsUnimplemented() {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> blocking().unimplementedCall(Empty.getDefaultInstance()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void unimplementedService() {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                UnimplementedServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .unimplementedCall(Empty.getDefaultInstance()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  /** Not a case of theirs: what an operator sees of the calls, and how little room it takes. */
  @Test
  void callsAreCountedByRpcAndStatusAndOthersAreNot() throws Exception {
    blocking().emptyCall(Empty.getDefaultInstance());
    assertStatusMessage("counted");
    Duplex cancelled = new Duplex(channel, null);
    cancelled.ask(question(1));
    cancelled.next();
    cancelled.requests.cancel("not wanted any more", null);
    assertMethodIsUnimplemented();
    assertThat(ended("EmptyCall", "OK")).isEqualTo(1);
    assertThat(ended("UnaryCall", "INVALID_ARGUMENT")).isEqualTo(1);
    Eventually.holds("the end", PATIENCE, () -> ended("FullDuplexCall", "CANCELLED") == 1);
    assertThat(carriers.registry().find("grpc.server.calls").timers()).hasSize(3);
    assertThat(carriers.registry().find("grpc.server.calls.begun").counters()).hasSize(3);
  }

  private long ended(String rpc, String status) {
    Timer timer =
        carriers
            .registry()
            .find("grpc.server.calls")
            .tags("rpc", "grpc.testing.TestService/" + rpc, "status", status)
            .timer();
    return timer == null ? 0 : timer.count();
  }

  private static StreamingOutputCallRequest question(int... sizes) {
    StreamingOutputCallRequest.Builder question = StreamingOutputCallRequest.newBuilder();
    for (int size : sizes) {
      question.addResponseParameters(ResponseParameters.newBuilder().setSize(size));
    }
    return question.build();
  }

  /** A call with a stream in both directions. */
  private static final class Duplex
      implements ClientResponseObserver<StreamingOutputCallRequest, StreamingOutputCallResponse> {

    private final BlockingQueue<StreamingOutputCallResponse> answers = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final ClientCallStreamObserver<StreamingOutputCallRequest> requests;

    Duplex(ManagedChannel channel, @Nullable Duration deadline) {
      TestServiceGrpc.TestServiceStub stub = TestServiceGrpc.newStub(channel);
      StreamObserver<StreamingOutputCallRequest> begun =
          (deadline == null
                  ? stub
                  : stub.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS))
              .fullDuplexCall(this);
      requests = (ClientCallStreamObserver<StreamingOutputCallRequest>) begun;
    }

    void ask(StreamingOutputCallRequest question) {
      requests.onNext(question);
    }

    StreamingOutputCallResponse next() throws InterruptedException {
      StreamingOutputCallResponse answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (answer == null) {
        throw new AssertionError("no answer; the call: " + end);
      }
      return answer;
    }

    Status end() throws Exception {
      return end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<StreamingOutputCallRequest> begun) {
      // Nothing to set.
    }

    @Override
    public void onNext(StreamingOutputCallResponse answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable cause) {
      end.complete(Status.fromThrowable(cause));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }
}
