package io.pigpig.runtime.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestRedisCluster;
import io.pigpig.runtime.stores.TestRedisNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connection in a real cluster whose slots change their master. */
final class ClusterLinkTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String KEY = "test:{tag}:key";

  private static TestRedisCluster cluster;

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private RedisLink link;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = TestRedisCluster.start();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void open() throws Exception {
    link =
        new RedisLink(
            vertx,
            cluster.url(),
            "link",
            // A slow machine must not look like a lost connection.
            SettingsReader.read(RedisLinkSettings.class, Map.of("answer-timeout", "10s")),
            new Random(3));
    cluster.awaitWhole();
    onLoop(() -> link.open(KEY));
    onLoop(() -> set(KEY, "v"));
  }

  @AfterEach
  void close() throws Exception {
    onLoop(link::close);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void isWithTheMasterOfTheKeysSlotWhicheverNodeItAsked() throws Exception {
    assertThat(address()).isEqualTo(cluster.masterOf(KEY).address());
  }

  @Test
  void goesWithASlotThatMoves() throws Exception {
    TestRedisNode from = cluster.masterOf(KEY);
    TestRedisNode to = cluster.otherMaster(from);
    move(from, to);
    assertTurnedAwayOnceAndThenAt(to);
    move(to, from);
    assertTurnedAwayOnceAndThenAt(from);
  }

  @Test
  void aCommandForASlotOnItsWayIsNotDoneAndTheConnectionStays() throws Exception {
    TestRedisNode from = cluster.masterOf(KEY);
    TestRedisNode to = cluster.otherMaster(from);
    String slot = Integer.toString(cluster.slotOf(KEY));
    to.say("CLUSTER", "SETSLOT", slot, "IMPORTING", from.say("CLUSTER", "MYID"));
    from.say("CLUSTER", "SETSLOT", slot, "MIGRATING", to.say("CLUSTER", "MYID"));
    try {
      assertThatThrownBy(() -> onLoop(() -> set("other:{tag}", "v")))
          .isInstanceOf(LinkDownException.class)
          .hasMessageContaining("ASK");
      assertThat(link.isUp()).isTrue();
      assertThat(String.valueOf(onLoop(() -> get(KEY)))).isEqualTo("v");
    } finally {
      from.say("CLUSTER", "SETSLOT", slot, "STABLE");
      to.say("CLUSTER", "SETSLOT", slot, "STABLE");
    }
  }

  @Test
  void goesToAReplicaThatTakesOverByOrder() throws Exception {
    TestRedisNode replica = cluster.replicaOf(cluster.masterOf(KEY));
    cluster.takeOver(replica);
    assertThat(cluster.masterOf(KEY)).isEqualTo(replica);
    assertTurnedAwayOnceAndThenAt(replica);
  }

  @Test
  void goesToAReplicaThatTakesOverFromAKilledMaster() throws Exception {
    TestRedisNode master = cluster.masterOf(KEY);
    TestRedisNode replica = cluster.replicaOf(master);
    master.kill9();
    try {
      Eventually.holds("with the new master", SOON, () -> isAt(replica));
    } finally {
      master.startAgain();
    }
  }

  /** Its own master lives all the while, and takes no command: the cluster wants all slots. */
  @Test
  void isDownWhileTheClusterIsAndComesBackWithIt() throws Exception {
    TestRedisNode other = cluster.otherMaster(cluster.masterOf(KEY));
    TestRedisNode itsReplica = cluster.replicaOf(other);
    itsReplica.kill9();
    other.kill9();
    try {
      Eventually.holds("down", SOON, this::isTurnedAway);
      assertThat(link.isUp()).isFalse();
    } finally {
      other.startAgain();
      itsReplica.startAgain();
    }
    Eventually.holds("back", SOON, () -> isAt(cluster.masterOf(KEY)));
  }

  private boolean isTurnedAway() {
    try {
      onLoop(() -> get(KEY));
      return false;
    } catch (LinkDownException e) {
      return true;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void move(TestRedisNode from, TestRedisNode to) {
    String slot = Integer.toString(cluster.slotOf(KEY));
    String target = to.say("CLUSTER", "MYID");
    to.say("CLUSTER", "SETSLOT", slot, "IMPORTING", from.say("CLUSTER", "MYID"));
    from.say("CLUSTER", "SETSLOT", slot, "MIGRATING", target);
    String[] address = to.address().split(":", 2);
    assertThat(from.say("MIGRATE", address[0], address[1], KEY, "0", "10000")).isEqualTo("OK");
    to.say("CLUSTER", "SETSLOT", slot, "NODE", target);
    from.say("CLUSTER", "SETSLOT", slot, "NODE", target);
  }

  private void assertTurnedAwayOnceAndThenAt(TestRedisNode master) throws Exception {
    assertThatThrownBy(() -> onLoop(() -> get(KEY)))
        .isInstanceOf(LinkDownException.class)
        .hasMessageContaining("MOVED");
    Eventually.holds("with the new master", SOON, () -> isAt(master));
    assertThat(String.valueOf(onLoop(() -> get(KEY)))).isEqualTo("v");
  }

  private boolean isAt(TestRedisNode node) {
    try {
      onLoop(() -> get(KEY));
      return address().equals(node.address());
    } catch (Exception e) {
      return false;
    }
  }

  /** Where the link is connected to, as that server says. */
  private String address() throws Exception {
    Response answer = onLoop(() -> link.send(Request.cmd(Command.CONFIG).arg("GET").arg("port")));
    return "127.0.0.1:" + (answer == null ? "" : answer.get("port"));
  }

  private Future<@Nullable Response> set(String key, String value) {
    return link.send(Request.cmd(Command.SET).arg(key).arg(value));
  }

  private Future<@Nullable Response> get(String key) {
    return link.send(Request.cmd(Command.GET).arg(key));
  }

  private <T extends @Nullable Object> T onLoop(Supplier<Future<T>> work) throws Exception {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future().await(60, TimeUnit.SECONDS);
  }
}
