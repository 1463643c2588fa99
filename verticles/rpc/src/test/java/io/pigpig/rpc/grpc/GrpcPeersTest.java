package io.pigpig.rpc.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.Timer;
import io.pigpig.discovery.BalancerSettings;
import io.pigpig.discovery.Instance;
import io.pigpig.discovery.InstanceResolver;
import io.pigpig.discovery.Service;
import io.pigpig.discovery.WeightedBalancer;
import io.pigpig.proto.order.v1.GetOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.rpc.TestOrders;
import io.pigpig.rpc.grpc.GrpcCaller.Target;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.faults.Direction;
import io.pigpig.runtime.faults.FaultProxy;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two instances of a service behind a network that can swallow what is sent to one of them. */
final class GrpcPeersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A silent process is left within this. */
  private static final Duration LEFT_WITHIN = Duration.ofSeconds(3);

  private static final Service ORDERS = new Service("order");

  /** An instance and the way to it. */
  private record Place(Vertx vertx, TestOrders orders, TestCarriers carriers, FaultProxy proxy) {

    static Place open() throws Exception {
      Vertx vertx = Vertx.vertx();
      TestOrders orders = new TestOrders();
      TestCarriers carriers =
          new TestCarriers(vertx, vertx.getOrCreateContext(), Map.of(), orders::service);
      return new Place(
          vertx, orders, carriers, FaultProxy.start(vertx, "127.0.0.1", carriers.port()));
    }

    Instance instance() {
      return new Instance("127.0.0.1:" + proxy.port(), "127.0.0.1", proxy.port(), 100);
    }

    void silence() {
      proxy.clog(Direction.TO_SERVER);
      proxy.clog(Direction.TO_CLIENT);
    }

    void close() throws Exception {
      proxy.close();
      carriers.close();
      vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private final List<Place> places = new ArrayList<>();
  private final AtomicReference<List<Instance>> listed = new AtomicReference<>(List.of());
  private final List<RpcCaller> callers = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    places.add(Place.open());
    places.add(Place.open());
    listed.set(List.of(places.get(0).instance(), places.get(1).instance()));
  }

  @AfterEach
  void close() throws Exception {
    for (RpcCaller caller : callers) {
      loop().call(caller::close);
    }
    for (Place place : places) {
      place.close();
    }
  }

  /** Whose callers' loop is the asking side. */
  private TestCarriers loop() {
    return places.getFirst().carriers();
  }

  private RpcCaller caller(Map<String, String> values, String token) throws Exception {
    RpcSettings settings = SettingsReader.read(RpcSettings.class, values);
    Vertx vertx = places.getFirst().vertx();
    RpcCaller caller =
        loop()
            .call(
                () ->
                    Future.succeededFuture(
                        new GrpcCaller(
                            vertx,
                            new Target(
                                "order",
                                ORDERS,
                                new InstanceResolver(service -> listed.get()),
                                new WeightedBalancer(
                                    SettingsReader.read(BalancerSettings.class, Map.of()),
                                    Ticker.system(),
                                    new Random(1)),
                                () -> token),
                            settings,
                            Ticker.system())));
    callers.add(caller);
    return caller;
  }

  private Future<PlaceOrdersResponse> place(RpcCaller by, String what) {
    long until = Ticker.system().nanos() + PATIENCE.toNanos();
    return loop()
        .begin(
            () ->
                by.batch(
                    TestOrders.PLACE_MANY,
                    number -> TestOrders.batch(number, what),
                    PlaceOrdersResponse::getBatchId,
                    until));
  }

  private Future<GetOrderResponse> get(RpcCaller by, String what) {
    return loop().begin(() -> by.call(TestOrders.GET, TestOrders.order(what), null));
  }

  private static <T> T answer(Future<T> asking) throws Exception {
    return asking.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static Refusal refusal(Future<?> asking) {
    return catchThrowableOfType(RefusedException.class, () -> answer(asking)).refusal();
  }

  private Place placeOfTheStream() {
    return places.get(0).orders().begun() > 0 ? places.get(0) : places.get(1);
  }

  private static boolean answered(Future<?> asking) {
    try {
      answer(asking);
      return true;
    } catch (Exception refused) {
      assertThat(refused).isInstanceOf(RefusedException.class);
      return false;
    }
  }

  private void assertLeftInTime(RpcCaller caller) throws Exception {
    Eventually.holds(
        "an answer of the other instance", LEFT_WITHIN, () -> answered(place(caller, "ANY")));
    for (int i = 0; i < 20; i++) {
      answer(place(caller, "ANY"));
    }
  }

  @Test
  void aSilentInstanceIsLeftAndTheOtherAnswers() throws Exception {
    RpcCaller caller = caller(Map.of(), "operator");
    answer(place(caller, "ANY"));
    placeOfTheStream().silence();
    assertLeftInTime(caller);
  }

  /** Pings are answered where a proxy ends them: what shows is that a stream gives no answers. */
  @Test
  void aStreamThatOwesAnswersAndGivesNoneIsLeft() throws Exception {
    RpcCaller caller = caller(Map.of("ping-every", "60s"), "operator");
    answer(place(caller, "ANY"));
    placeOfTheStream().silence();
    assertLeftInTime(caller);
  }

  @Test
  void whatASilentInstanceOwesIsUnknownToWhoWritesAndAwayToWhoReads() throws Exception {
    RpcCaller caller = caller(Map.of("call-timeout", "20s", "stream-silence", "20s"), "operator");
    answer(place(caller, "ANY"));
    Place silent = placeOfTheStream();
    listed.set(List.of(silent.instance()));
    Future<PlaceOrdersResponse> placing = place(caller, TestOrders.HOLD);
    Future<GetOrderResponse> reading = get(caller, TestOrders.HOLD);
    Eventually.holds("both are worked on", PATIENCE, () -> silent.orders().begun() == 3);
    silent.silence();
    // Long before their deadlines.
    Eventually.holds(
        "both are told", LEFT_WITHIN, () -> placing.isComplete() && reading.isComplete());
    assertThat(refusal(placing)).isInstanceOf(Refusal.OutcomeUnknown.class);
    assertThat(refusal(reading)).isInstanceOf(Refusal.Unavailable.class);
  }

  /** The kernel of a frozen process still takes connections. */
  @Test
  void anInstanceThatTakesConnectionsAndSaysNothingIsLeft() throws Exception {
    places.getFirst().silence();
    RpcCaller caller = caller(Map.of("connect-timeout", "300ms"), "operator");
    for (int i = 0; i < 20; i++) {
      Eventually.holds("an answer", LEFT_WITHIN, () -> answered(get(caller, "ANY")));
    }
  }

  /** As many calls as a connection has streams are given up before there is a connection. */
  @Test
  void callsGivenUpBeforeThereIsAConnectionTakeNoStreamWithThem() throws Exception {
    listed.set(List.of(places.getFirst().instance()));
    RpcCaller caller =
        caller(Map.of("connect-timeout", "10s", "calls-out-max", "1023"), "operator");
    places.getFirst().silence();
    List<Future<GetOrderResponse>> early = new ArrayList<>();
    for (int i = 0; i < 1_023; i++) {
      long until = Ticker.system().nanos() + TimeUnit.SECONDS.toNanos(3);
      early.add(
          loop().begin(() -> caller.call(TestOrders.GET, TestOrders.order("ANY"), null, until)));
    }
    assertThat(refusal(get(caller, "ANY"))).isInstanceOf(Refusal.Overloaded.class);
    for (Future<GetOrderResponse> each : early) {
      assertThat(refusal(each)).isInstanceOf(Refusal.Unavailable.class);
    }
    places.getFirst().proxy().heal();
    Eventually.holds("a stream is free", PATIENCE, () -> answered(get(caller, "ANY")));
    List<Future<GetOrderResponse>> atOnce = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      atOnce.add(get(caller, TestOrders.HOLD));
    }
    assertThat(answer(get(caller, "ANY"))).isEqualTo(GetOrderResponse.getDefaultInstance());
    for (Future<GetOrderResponse> each : atOnce) {
      assertThat(refusal(each)).isInstanceOf(Refusal.Unavailable.class);
    }
  }

  @Test
  void anInstanceThatLeftTheListIsAskedNoMoreAndStillAnswersWhatItWasAsked() throws Exception {
    listed.set(List.of(places.get(0).instance()));
    RpcCaller caller = caller(Map.of(), "operator");
    Future<PlaceOrdersResponse> before = place(caller, TestOrders.HOLD);
    Eventually.holds("a batch held", PATIENCE, () -> places.get(0).orders().held() == 1);
    listed.set(List.of(places.get(1).instance()));
    answer(place(caller, "ANY"));
    assertThat(places.get(1).orders().begun()).isEqualTo(1);
    places.get(0).orders().release(1);
    answer(before);
    Eventually.holds(
        "the stream ends", PATIENCE, () -> places.get(0).carriers().grpc().underWay() == 0);
  }

  @Test
  void aTokenOfOursThatDoesNotHoldIsNotTheMistakeOfWhoAsks() throws Exception {
    RpcCaller caller = caller(Map.of(), "expired");
    assertThat(refusal(get(caller, "ANY"))).isInstanceOf(Refusal.Unavailable.class);
    assertThat(refusal(place(caller, "ANY"))).isInstanceOf(Refusal.Unavailable.class);
  }

  /** A reset would look like an attack when a slow server lets many calls be late. */
  @Test
  void aLateCallIsEndedByTheAnswerThatItIsLate() throws Exception {
    listed.set(List.of(places.get(0).instance()));
    RpcCaller caller = caller(Map.of("call-timeout", "100ms"), "operator");
    List<Future<GetOrderResponse>> asking = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      asking.add(get(caller, TestOrders.HOLD));
    }
    for (Future<GetOrderResponse> each : asking) {
      assertThat(refusal(each)).isInstanceOf(Refusal.Unavailable.class);
    }
    Eventually.holds(
        "calls ended by the server", PATIENCE, () -> ended("DEADLINE_EXCEEDED") == 300);
    assertThat(ended("CANCELLED")).isZero();
    assertThat(answer(get(caller, "ANY"))).isEqualTo(GetOrderResponse.getDefaultInstance());
  }

  private long ended(String status) {
    Timer timer =
        places
            .get(0)
            .carriers()
            .registry()
            .find("grpc.server.calls")
            .tags("rpc", TestOrders.GET.path(), "status", status)
            .timer();
    return timer == null ? 0 : timer.count();
  }

  /** Its caller names no deadline: the default of the first hop is the deadline of the second. */
  @Test
  void whatIsAskedForACallEndsWithItAlsoWhenItIsLate() throws Exception {
    Vertx vertx = Vertx.vertx();
    listed.set(List.of(places.get(0).instance()));
    AtomicReference<RpcCaller> second = new AtomicReference<>();
    TestCarriers first =
        new TestCarriers(
            vertx,
            vertx.getOrCreateContext(),
            Map.of("call-timeout", "300ms"),
            () -> passedOn(second));
    second.set(
        first.serve(
            () ->
                Future.succeededFuture(
                    new GrpcCaller(
                        vertx,
                        TestCarriers.target(
                            "order", places.get(0).carriers().port(), () -> "operator"),
                        SettingsReader.read(RpcSettings.class, Map.of()),
                        Ticker.system()))));
    RawCall raw = new RawCall(vertx, first.port());
    RawCall.End end =
        raw.call(
            TestOrders.GET.path(),
            Map.of("authorization", "Bearer operator"),
            RawCall.framed(TestOrders.order(TestOrders.HOLD)));
    assertThat(end.status()).isEqualTo("4");
    Eventually.holds(
        "the work of the second stops", LEFT_WITHIN, () -> places.get(0).orders().stopped() == 1);
    first.close();
    vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static RpcService passedOn(AtomicReference<RpcCaller> second) {
    return new RpcService(
            io.pigpig.proto.order.v1.OrderServiceOuterClass.getDescriptor()
                .findServiceByName("OrderService"))
        .unary(
            TestOrders.GET,
            Access.CALLER,
            (call, question) ->
                second
                    .get()
                    .call(
                        TestOrders.GET,
                        question,
                        null,
                        Ticker.system().nanos() + Duration.ofMinutes(1).toNanos()));
  }

  @Test
  void aConnectionThatDiesTakesItsCallsWithIt() throws Exception {
    Place place = places.getFirst();
    listed.set(List.of(place.instance()));
    RpcCaller caller = caller(Map.of("call-timeout", "30s"), "operator");
    Future<GetOrderResponse> reading = get(caller, TestOrders.HOLD);
    Eventually.holds("a call is worked on", PATIENCE, () -> place.orders().begun() == 1);
    place.proxy().reset();
    Eventually.holds("the work stops", LEFT_WITHIN, () -> place.orders().stopped() == 1);
    assertThat(place.carriers().grpc().underWay()).isZero();
    assertThat(refusal(reading)).isInstanceOf(Refusal.Unavailable.class);
  }
}
