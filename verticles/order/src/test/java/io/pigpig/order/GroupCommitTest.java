package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.catalog.Sku;
import io.pigpig.order.OrderLedger.NewOrder;
import io.pigpig.order.OrderLedger.Outcome;
import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.UuidV7;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of a batch when the answer to its commit is lost. */
final class GroupCommitTest {

  private static final Sku SKU = new Sku("TANK-NAVY-S");

  private Vertx vertx;
  private ShopLoop.World world;
  private ShopLoop shop;
  private OrderSettings settings;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    world = ShopLoop.World.on(vertx, TestStores.freshDatabase("group_commit"));
    settings = SettingsReader.read(OrderSettings.class, Map.of());
    shop = ShopLoop.open(world, settings);
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
    world.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void anOrderIsAnsweredOnlyWithItsOwnAndNotWithOneThatHasItsId() throws Exception {
    UUID id = new UuidV7(InstantSource.system(), RandomGenerator.getDefault()).next();
    NewOrder first = order(id, "the-key-of-the-first-one");
    assertThat(commitWithoutAnswer(first)).isInstanceOf(Outcome.Accepted.class);
    assertThat(commitWithoutAnswer(order(id, "the-key-of-another-one")))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.refusal()).isInstanceOf(Refusal.Unavailable.class));
  }

  private static NewOrder order(UUID id, String key) {
    OrderLine line = new OrderLine(SKU, 1, 3_900, null);
    return new NewOrder(id, "alice", key, UUID.randomUUID(), List.of(line), 3_900);
  }

  /** The real ledger places it, and its answer is lost. */
  private Outcome commitWithoutAnswer(NewOrder entry) throws Exception {
    return shop.call(
        () -> {
          OrderLedger deaf =
              (OrderLedger)
                  Proxy.newProxyInstance(
                      OrderLedger.class.getClassLoader(),
                      new Class<?>[] {OrderLedger.class},
                      (proxy, method, arguments) -> {
                        Object answer = method.invoke(shop.ledger, arguments);
                        return method.getName().equals("place")
                            ? ((Future<?>) answer)
                                .map(List.of(new Outcome.Unknown("lost by the test")))
                            : answer;
                      });
          LoopTools tools =
              new LoopTools(
                  Ticker.system(),
                  InstantSource.system(),
                  Pause.of(vertx),
                  RandomGenerator.getDefault());
          long deadlineNanos = Ticker.system().nanos() + Duration.ofSeconds(10).toNanos();
          return new GroupCommit(deaf, settings, tools, Runnable::run).commit(entry, deadlineNanos);
        });
  }
}
