package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pigpig.catalog.Catalog;
import io.pigpig.edge.auth.AuthSettings;
import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.edge.auth.SignatureAlgorithm;
import io.pigpig.edge.auth.VerificationKey;
import io.pigpig.order.Audit;
import io.pigpig.order.OrderService;
import io.pigpig.order.PeerHints;
import io.pigpig.order.SagaConsole;
import io.pigpig.pricing.PriceBook;
import io.pigpig.render.RenderService;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.stock.StockService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What openapi.yaml says and what the edge serves is the same. */
final class OpenApiTest {

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  private static Vertx vertx;
  private static Map<?, ?> description = Map.of();

  @BeforeAll
  static void read() throws Exception {
    vertx = Vertx.vertx();
    try (InputStream in = OpenApiTest.class.getResourceAsStream("/openapi.yaml")) {
      assertThat(in).isNotNull();
      description = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromInputStream(in);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void everyRouteIsDescribedAndEveryDescriptionIsARoute() {
    Map<String, Set<String>> described = new TreeMap<>();
    at(description, "paths")
        .forEach(
            (path, operations) -> {
              Set<String> methods = new TreeSet<>();
              ((Map<?, ?>) operations)
                  .keySet()
                  .forEach(
                      name -> {
                        if (METHODS.contains(name.toString())) {
                          methods.add(name.toString());
                        }
                      });
              described.put(path.toString(), methods);
            });
    Map<String, Set<String>> served = new TreeMap<>();
    for (Route route : table().routes()) {
      if (!route.template().startsWith("/web/")) {
        served
            .computeIfAbsent(route.template(), absent -> new TreeSet<>())
            .add(route.method().name().toLowerCase(Locale.ROOT));
      }
    }
    assertThat(described).isEqualTo(served);
  }

  @Test
  void everyCodeOfTheEdgeIsDescribed() throws Exception {
    Map<?, ?> schemas = at(at(description, "components"), "schemas");
    Map<?, ?> code = at(at(at(schemas, "Problem"), "properties"), "code");
    Set<String> described = new TreeSet<>();
    ((Iterable<?>) Objects.requireNonNull(code.get("enum")))
        .forEach(each -> described.add(each.toString()));
    Set<String> served = new TreeSet<>(Set.of("INTERNAL"));
    for (Class<?> refusal : Refusal.class.getPermittedSubclasses()) {
      if (refusal.isRecord()) {
        served.add(codeOf(refusal));
      } else {
        for (Class<?> retryable : refusal.getPermittedSubclasses()) {
          served.add(codeOf(retryable));
        }
      }
    }
    assertThat(described).isEqualTo(served);
  }

  /** The table of the edge with the development issuer; its handlers are not called. */
  private static RouteTable table() {
    AuthSettings auth = SettingsReader.read(AuthSettings.class, Map.of());
    VerificationKey key =
        new VerificationKey(SignatureAlgorithm.HS256, Buffer.buffer(new byte[32]));
    EdgeServices services =
        new EdgeServices(
            never(OrderService.class),
            never(SagaConsole.class),
            never(PeerHints.class),
            never(StockService.class),
            never(RenderService.class),
            never(Audit.class),
            () -> new Catalog(0, List.of()),
            () -> new PriceBook(0, Map.of()),
            OrderBodies.byHand());
    ServerSettings settings = SettingsReader.read(ServerSettings.class, Map.of());
    Edge.Surroundings around =
        new Edge.Surroundings(
            Ticker.system(),
            InstantSource.system(),
            new Random(1),
            new SimpleMeterRegistry(),
            new AtomicInteger());
    Edge.Guard guard =
        new Edge.Guard(
            token -> Future.failedFuture("nobody asks"),
            new DevelopmentIssuer(vertx, key, auth, InstantSource.system()),
            Map.of());
    EdgeMetrics metrics = new EdgeMetrics(around.registry(), around.activeRequests());
    EventRoutes events = new EventRoutes(services, settings, Ticker.system(), metrics);
    return Edge.routes(services, settings, guard, around, events);
  }

  private static <T> T never(Class<T> port) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              throw new AssertionError(method);
            }));
  }

  /** A refusal's name is its code in camel case. */
  private static String codeOf(Class<?> refusal) {
    return refusal.getSimpleName().replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
  }

  private static Map<?, ?> at(Map<?, ?> map, String name) {
    return (Map<?, ?>) Objects.requireNonNull(map.get(name), name);
  }
}
