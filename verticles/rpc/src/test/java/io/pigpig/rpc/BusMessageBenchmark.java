package io.pigpig.rpc;

import io.pigpig.proto.stock.v1.CheckStockRequest;
import io.pigpig.proto.stock.v1.CheckStockResponse;
import io.pigpig.proto.stock.v1.StockServiceOuterClass;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A question over the bus of the process to another event loop, and its answer; 256 under way. */
@State(Scope.Benchmark)
public class BusMessageBenchmark {

  private static final int UNDER_WAY = 256;
  private static final RpcMethod<CheckStockRequest, CheckStockResponse> CHECK =
      new RpcMethod<>(
          "pigpig.stock.v1.StockService",
          "CheckStock",
          RpcMethod.Effect.READ,
          CheckStockRequest.getDefaultInstance(),
          CheckStockResponse.getDefaultInstance());

  private final Vertx vertx = Vertx.vertx();
  private final CheckStockRequest question =
      CheckStockRequest.newBuilder().setSku("TEE-CLASSIC-WHITE-M").build();
  private final CheckStockResponse answer = CheckStockResponse.getDefaultInstance();
  private final TestCarriers carriers = carriers();

  private TestCarriers carriers() {
    try {
      return new TestCarriers(vertx, vertx.getOrCreateContext(), Map.of(), this::service);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private RpcService service() {
    return new RpcService(StockServiceOuterClass.getDescriptor().findServiceByName("StockService"))
        .unary(CHECK, RpcService.Access.ANYBODY, (call, asked) -> Future.succeededFuture(answer));
  }

  @TearDown
  public void close() throws Exception {
    carriers.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Benchmark
  @OperationsPerInvocation(UNDER_WAY)
  public Object questionAndAnswer() throws Exception {
    return carriers.call(this::askAll);
  }

  private Future<Integer> askAll() {
    List<Future<?>> asked = new ArrayList<>(UNDER_WAY);
    for (int i = 0; i < UNDER_WAY; i++) {
      asked.add(carriers.byBus().call(CHECK, question, null));
    }
    return Future.all(asked).map(all -> asked.size());
  }
}
