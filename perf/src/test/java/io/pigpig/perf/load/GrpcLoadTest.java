package io.pigpig.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.pigpig.perf.load.HistoryFile.Entry;
import io.pigpig.perf.load.HistoryFile.Outcome;
import io.pigpig.perf.load.LoadPlan.Bounds;
import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Protocol;
import io.pigpig.perf.load.LoadPlan.Share;
import io.pigpig.proto.order.v1.Order;
import io.pigpig.proto.order.v1.OrderToPlace;
import io.pigpig.proto.order.v1.PlaceOrderOutcome;
import io.pigpig.proto.order.v1.PlaceOrderRequest;
import io.pigpig.proto.order.v1.PlaceOrderResponse;
import io.pigpig.proto.order.v1.PlaceOrdersRequest;
import io.pigpig.proto.order.v1.PlaceOrdersResponse;
import io.pigpig.proto.order.v1.Refused;
import io.pigpig.proto.stock.v1.BatchCheckStockRequest;
import io.pigpig.proto.stock.v1.BatchCheckStockResponse;
import io.pigpig.proto.stock.v1.StockLevel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrpcLoadTest {

  private static final int WAIT_SECONDS = 20;
  private static final ServiceName ORDERS = ServiceName.create("pigpig.order.v1.OrderService");
  private static final ServiceName STOCK = ServiceName.create("pigpig.stock.v1.StockService");

  private final Vertx vertx = Vertx.vertx();
  private final Set<String> customers = ConcurrentHashMap.newKeySet();
  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicInteger batchedOrders = new AtomicInteger();
  private final Set<Long> limited = ConcurrentHashMap.newKeySet();
  private volatile boolean limiting;
  private int port;

  @TempDir private Path folder;

  @BeforeEach
  void serve() throws Exception {
    GrpcServer grpc = GrpcServer.server(vertx);
    grpc.callHandler(
        method(ORDERS, "PlaceOrder", PlaceOrderRequest.getDefaultInstance()), this::place);
    grpc.callHandler(
        method(ORDERS, "PlaceOrders", PlaceOrdersRequest.getDefaultInstance()), this::placeMany);
    grpc.callHandler(
        method(STOCK, "BatchCheckStock", BatchCheckStockRequest.getDefaultInstance()), this::check);
    HttpServer server = vertx.createHttpServer().requestHandler(grpc);
    port = server.listen(0, "127.0.0.1").await(WAIT_SECONDS, TimeUnit.SECONDS).actualPort();
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private static <Q extends Message, A extends Message> ServiceMethod<Q, A> method(
      ServiceName service, String name, Q question) {
    return ServiceMethod.server(
        service, name, GrpcMessageEncoder.encoder(), GrpcMessageDecoder.decoder(question));
  }

  private void place(GrpcServerRequest<PlaceOrderRequest, PlaceOrderResponse> call) {
    tokens.add(String.valueOf(call.headers().get("authorization")));
    call.handler(
        order -> {
          long number = number(order);
          switch ((int) (number % 10)) {
            case 8 -> refuse(call, GrpcStatus.FAILED_PRECONDITION, "OUT_OF_STOCK");
            case 9 -> call.response().status(GrpcStatus.INTERNAL).end();
            default -> call.response().end(placed(number));
          }
        });
  }

  private static void refuse(GrpcServerRequest<?, ?> call, GrpcStatus status, String code) {
    Status details =
        Status.newBuilder()
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason(code).build()))
            .build();
    call.response()
        .trailers()
        .set("grpc-status-details-bin", Base64.getEncoder().encodeToString(details.toByteArray()));
    call.response().status(status).end();
  }

  private void placeMany(GrpcServerRequest<PlaceOrdersRequest, PlaceOrdersResponse> call) {
    streams.incrementAndGet();
    call.handler(
        batch -> {
          PlaceOrdersResponse.Builder answer =
              PlaceOrdersResponse.newBuilder().setBatchId(batch.getBatchId());
          for (OrderToPlace order : batch.getOrdersList()) {
            customers.add(order.getCustomer());
            answer.addOutcomes(outcome(number(order.getOrder())));
          }
          call.response().write(answer.build());
        });
  }

  private PlaceOrderOutcome outcome(long number) {
    batchedOrders.incrementAndGet();
    if (number % 10 == 8) {
      return refused("OUT_OF_STOCK");
    }
    if (limiting && number % 10 == 5 && limited.add(number)) {
      return refused("RATE_LIMITED");
    }
    return PlaceOrderOutcome.newBuilder().setPlaced(placed(number)).build();
  }

  private static PlaceOrderOutcome refused(String code) {
    return PlaceOrderOutcome.newBuilder().setRefused(Refused.newBuilder().setCode(code)).build();
  }

  private static PlaceOrderResponse placed(long number) {
    Order order = Order.newBuilder().setOrderId(new UUID(7, number).toString()).build();
    return PlaceOrderResponse.newBuilder().setOrder(order).build();
  }

  private static long number(PlaceOrderRequest order) {
    String key = order.getIdempotencyKey();
    return Long.parseLong(key.substring(key.lastIndexOf('-') + 1));
  }

  private void check(GrpcServerRequest<BatchCheckStockRequest, BatchCheckStockResponse> call) {
    call.handler(
        question -> {
          for (String sku : question.getSkusList()) {
            StockLevel level = StockLevel.newBuilder().setSku(sku).build();
            call.response().write(BatchCheckStockResponse.newBuilder().setLevel(level).build());
          }
          call.response().end();
        });
  }

  @Test
  void callsAreCountedByTheCodeOfTheirRefusal() throws Exception {
    LoadResult result =
        Plans.to(port)
            .over(Protocol.GRPC, 2, 0)
            .mix(Plans.share("order", Kind.ORDER), new Share("check", Kind.STOCK_CHECK, 1, "", 3))
            .open(1, 200)
            .history(folder.resolve("h"))
            .run();
    assertThat(Plans.accepted(result, "order")).isEqualTo(80);
    assertThat(Plans.accepted(result, "check")).isEqualTo(100);
    assertThat(Plans.refused(result, "OUT_OF_STOCK")).isEqualTo(10);
    assertThat(Plans.refused(result, "GRPC_INTERNAL")).isEqualTo(10);
    assertThat(tokens).containsOnly("Bearer token-1", "Bearer token-2");
    List<Entry> entries = history();
    assertThat(entries).hasSize(100);
    for (Entry entry : entries) {
      Outcome expected =
          switch ((int) (entry.number() % 10)) {
            case 8 -> Outcome.REFUSED;
            case 9 -> Outcome.UNKNOWN;
            default -> Outcome.ACCEPTED;
          };
      assertThat(entry.outcome()).isEqualTo(expected);
      assertThat(entry.orderId())
          .isEqualTo(expected == Outcome.ACCEPTED ? new UUID(7, entry.number()) : null);
    }
  }

  @Test
  void everyOrderOfABatchCountsAndBatchesShareAStream() throws Exception {
    LoadResult result =
        Plans.to(port)
            .over(Protocol.GRPC, 1, 0)
            .mix(new Share("many", Kind.ORDER_BATCH, 1, "", 20))
            .tokens(List.of(token("alice"), token("bob")))
            .open(1, 50)
            .history(folder.resolve("h"))
            .run();
    assertThat(Plans.offered(result)).isEqualTo(1_000);
    assertThat(Plans.accepted(result, "many")).isEqualTo(900);
    assertThat(Plans.refused(result, "OUT_OF_STOCK")).isEqualTo(100);
    assertThat(customers).containsOnly("alice", "bob");
    assertThat(streams.get()).isEqualTo(1);
    assertThat(history()).hasSize(1_000);
  }

  @Test
  void refusedOrdersOfABatchAreSentAgainWithoutTheOthers() throws Exception {
    limiting = true;
    LoadResult result =
        Plans.to(port)
            .over(Protocol.GRPC, 1, 0)
            .mix(new Share("many", Kind.ORDER_BATCH, 1, "", 20))
            .open(0.5, 20)
            .bounds(new Bounds(1_000, 20_000, 3, 0))
            .history(folder.resolve("h"))
            .run();
    assertThat(Plans.retried(result)).isEqualTo(20);
    assertThat(Plans.accepted(result, "many")).isEqualTo(180);
    // Out of stock is final.
    assertThat(Plans.refused(result, "OUT_OF_STOCK")).isEqualTo(20);
    assertThat(batchedOrders.get()).isEqualTo(220);
    assertThat(Plans.ended(result)).isEqualTo(200);
    assertThat(history()).hasSize(200).extracting(Entry::number).doesNotHaveDuplicates();
  }

  @Test
  void connectionsEndAfterTheirNumberOfBatchesAndNothingIsLost() throws Exception {
    LoadResult result =
        Plans.to(port)
            .over(Protocol.GRPC, 2, 5)
            .mix(new Share("many", Kind.ORDER_BATCH, 1, "", 2))
            .open(1, 50)
            .run();
    assertThat(Plans.accepted(result, "many") + Plans.refused(result, "OUT_OF_STOCK"))
        .isEqualTo(100);
    assertThat(streams.get()).isBetween(10, 12);
  }

  /** Unsigned; only its subject is looked at. */
  private static String token(String subject) {
    String claims = "{\"sub\":\"" + subject + "\"}";
    return "e30."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".c2ln";
  }

  private List<Entry> history() throws Exception {
    List<Entry> entries = new ArrayList<>();
    HistoryFile.read(folder.resolve("h"), entries::add);
    return entries;
  }
}
