package io.pigpig.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.faults.Direction;
import io.pigpig.runtime.faults.FaultProxy;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestRedis;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A shop whose Redis fails over to another one that does not know the last orders, and back to one
 * that knows only old ones. Its link goes through a proxy, which stands for the name of the
 * service.
 */
final class GateFailoverTest {

  private static final Principal ALICE = new Principal("alice", Role.CUSTOMER, Membership.NONE);
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Pattern OFFSET = Pattern.compile("master_repl_offset:(\\d+)");
  private static final String SCARCE = "HOODIE-RED-M";
  private static final int UNITS = 100;

  private Vertx vertx;
  private TestRedis first;
  private TestRedis second;
  private FaultProxy toFirst;
  private FaultProxy toRedis;
  private String jdbcUrl;
  private ShopLoop.World world;
  private ShopLoop shop;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    first = TestRedis.start();
    second = TestRedis.start();
    toFirst = FaultProxy.before(vertx, first.url());
    toRedis = FaultProxy.before(vertx, first.url());
    String postgres = TestStores.freshDatabase("gate_failover");
    jdbcUrl = TestStores.jdbcUrl(postgres);
    world =
        ShopLoop.World.on(vertx, postgres)
            .by(new ShopLoop.Ways(postgres, postgres, toRedis.through(first.url())));
    shop = ShopLoop.open(world, SettingsReader.read(OrderSettings.class, Map.of()));
    OrderLoad load = new OrderLoad(SCARCE);
    shop.call(() -> shop.stock.setTotal(load.sku(), UNITS));
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
    world.close();
    toRedis.close();
    toFirst.close();
    second.close();
    first.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void aReplicaWithoutTheLastOrdersSellsNothingTwiceAndIsPutRight() throws Exception {
    second.must("REPLICAOF 127.0.0.1 " + toFirst.port());
    OrderLoad load = new OrderLoad(SCARCE);
    sell(load, 60);
    OrderLoad given = new OrderLoad("TANK-RED-S");
    shop.call(() -> shop.stock.setTotal(given.sku(), 1));
    UUID givenBack = given.placeAgain(shop, key()).orderId();
    Eventually.holds("replicated", SOON, this::isReplicated);

    // From here on the replica hears nothing, and nobody tells it so.
    toFirst.clog(Direction.TO_CLIENT);
    sell(load, 40);
    shop.call(() -> shop.orders.cancel(givenBack, ALICE));
    toRedis.leadTo(second.url());
    first.kill9();
    Eventually.holds(
        "led to the replica",
        SOON,
        () -> new OrderLoad(SCARCE).ask(shop, key()) instanceof Refusal.Unavailable);
    second.must("REPLICAOF NO ONE");
    new OrderLoad("TANK-NAVY-L").placeAgain(shop, key());

    // It takes 40 units for free that are sold, and one for sold that is free.
    assertNothingIsSoldOf(SCARCE, 40);
    Eventually.holds("put right", SOON, () -> drift() == 0);
    assertThat(shop.keeper.rebuilds()).as("of the same epoch, so never built anew").isEqualTo(1);
    Eventually.holds("the unit given back is bought", SOON, () -> given.ask(shop, key()) == null);
    assertPromisesKept(load);
  }

  @Test
  void aPrimaryThatReturnsFromThePastIsNotTrustedAndBuiltAnew() throws Exception {
    OrderLoad load = new OrderLoad(SCARCE);
    sell(load, 30);
    first.must("SAVE");
    sell(load, 70);
    toRedis.leadTo(second.url());
    first.kill9();
    new OrderLoad("TANK-NAVY-L").placeAgain(shop, key());
    assertThat(shop.keeper.rebuilds()).as("built where there was none").isEqualTo(2);

    Eventually.holds("returned", SOON, () -> first.restarts() == 1);
    assertThat(first.say("DBSIZE")).as("with the old gate").isEqualTo(":2");
    toRedis.leadTo(first.url());
    toRedis.reset();
    assertNothingIsSoldOf(SCARCE, 70);
    new OrderLoad("TANK-NAVY-L").placeAgain(shop, key());
    assertThat(shop.keeper.rebuilds()).as("the old epoch was refused").isEqualTo(3);
    Eventually.holds("like the ledger", SOON, () -> drift() == 0);
    assertNothingIsSoldOf(SCARCE, 70);
    assertPromisesKept(load);
  }

  private void sell(OrderLoad load, int orders) throws Exception {
    int before = load.placed().size();
    load.beginMany(orders, shop, OrderLoad.PATIENT);
    load.awaitAnswers();
    assertThat(load.placed()).hasSize(before + orders);
  }

  /** At once, so that they reach the ledger before the first of them comes back refused. */
  private void assertNothingIsSoldOf(String sku, int orders) throws Exception {
    OrderLoad rush = new OrderLoad(sku);
    List<Future<Placement>> answers = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      answers.add(rush.begin(shop, OrderLoad.PATIENT, key()));
    }
    for (Future<Placement> answer : answers) {
      assertThat(refusal(answer))
          .isInstanceOfAny(Refusal.OutOfStock.class, Refusal.Unavailable.class);
    }
  }

  private static Refusal refusal(Future<Placement> answer) throws Exception {
    try {
      throw new AssertionError("sold: " + answer.await(30, TimeUnit.SECONDS));
    } catch (RefusedException e) {
      return e.refusal();
    }
  }

  private boolean isReplicated() {
    return second.say("INFO replication").contains("master_link_status:up")
        && offset(second) == offset(first);
  }

  /** How far a primary has told, or a replica heard. */
  private static long offset(TestRedis redis) {
    Matcher offset = OFFSET.matcher(redis.say("INFO replication"));
    return offset.find() ? Long.parseLong(offset.group(1)) : -1;
  }

  private int drift() {
    try {
      return shop.call(shop.keeper::drift);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertPromisesKept(OrderLoad load) throws Exception {
    load.assertEachKeyMakesItsOneOrder(shop, jdbcUrl);
    for (Audit.Check check : shop.call(shop.audit::run)) {
      assertThat(check.violations()).as(check.name()).isZero();
    }
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }
}
