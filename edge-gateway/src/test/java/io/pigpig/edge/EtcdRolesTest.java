package io.pigpig.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.discovery.Service;
import io.pigpig.discovery.etcd.EtcdDirectory;
import io.pigpig.discovery.etcd.EtcdServer;
import io.pigpig.discovery.etcd.EtcdSettings;
import io.pigpig.edge.wiring.EdgeProcess;
import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.Opened;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roles that find each other through a real etcd, and that etcd's absence. */
final class EtcdRolesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LEASE = Duration.ofSeconds(1);
  private static final Service ORDER = new Service("order");

  @TempDir private Path folder;

  private final Opened opened = new Opened();
  private final Vertx vertx = Vertx.vertx();
  private EtcdServer etcd;
  private TestStack stack;

  @BeforeEach
  void start() throws Exception {
    opened.add(() -> vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    etcd = opened.add(new EtcdServer(folder.resolve("etcd")));
    stack = TestStack.startByEtcd("etcd_roles", etcd.address(), LEASE);
    opened.add(stack::close);
  }

  @AfterEach
  void close() throws Exception {
    opened.close();
  }

  @Test
  void ordersGoOnWhileEtcdIsAwayAndAllRegisterAgain() throws Exception {
    Eventually.holds("both known", PATIENCE, () -> registered() == 2);
    stack.place("ann", "TEE-CLASSIC-WHITE-M", 1);
    etcd.kill();
    long threeLeases = Ticker.system().nanos() + LEASE.multipliedBy(3).toNanos();
    int placed = 0;
    while (Ticker.system().nanos() - threeLeases < 0) {
      stack.place("ann", "TEE-CLASSIC-WHITE-M", 1);
      placed++;
    }
    assertThat(placed).isPositive();
    etcd.startAgain();
    Eventually.holds("both known again", PATIENCE, () -> registered() == 2);
    stack.place("ann", "TEE-CLASSIC-WHITE-M", 1);
    assertThat(stack.json(stack.asOperator("GET", "/api/v1/admin/audit", "")).getBoolean("ok"))
        .isTrue();
  }

  @Test
  void aGatewayThatHasFoundNoProcessOfOrdersIsNotReady() throws Exception {
    Eventually.holds("both known", PATIENCE, () -> registered() == 2);
    etcd.kill();
    EdgeProcess fresh = stack.startBeside();
    assertThat(readiness(fresh))
        .startsWith("503")
        .contains("{\"name\":\"order-instances\",\"up\":false}");
    EdgeSettings settings = SettingsReader.read(EdgeSettings.class, stack.settings());
    assertThat(Welcome.text(fresh, settings, 100))
        .contains("PigPig edge stack is up, not ready yet: order-instances, 0.1 s after its start");
    assertThat(readiness(stack.process())).as("it knows them from before").startsWith("200");
    etcd.startAgain();
    Eventually.holds("ready", PATIENCE, () -> readiness(fresh).startsWith("200"));
  }

  private String readiness(EdgeProcess process) {
    String url = "http://127.0.0.1:" + process.managementPort() + "/health/ready";
    HttpResponse<String> answer = stack.send(HttpRequest.newBuilder(URI.create(url)));
    return answer.statusCode() + " " + answer.body();
  }

  /** How many processes of orders somebody finds who looks for the first time. */
  private int registered() {
    EtcdSettings settings =
        SettingsReader.read(EtcdSettings.class, Map.of("addresses", etcd.address()));
    try {
      return on(
          () -> {
            EtcdDirectory fresh =
                new EtcdDirectory(vertx, settings, Ticker.system(), new Random(7));
            return fresh.open().map(open -> fresh.of(ORDER).size()).eventually(fresh::close);
          });
    } catch (Exception notNow) {
      return 0;
    }
  }

  private <T> T on(Supplier<Future<T>> work) throws Exception {
    Promise<T> done = Promise.promise();
    vertx.getOrCreateContext().runOnContext(nothing -> work.get().onComplete(done));
    return done.future().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
