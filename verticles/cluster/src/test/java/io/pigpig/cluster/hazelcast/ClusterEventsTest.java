package io.pigpig.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.Hazelcast;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.LogLines;
import io.pigpig.runtime.stores.Opened;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events between real members over loopback, several in this JVM. */
final class ClusterEventsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Opened opened = new Opened();
  private final List<Integer> ports = List.of(Node.freePort(), Node.freePort(), Node.freePort());
  private final String members =
      String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());

  @AfterEach
  void close() throws Exception {
    opened.close();
    assertThat(Hazelcast.getAllHazelcastInstances()).as("members left behind").isEmpty();
  }

  private Node node(int number) {
    return opened.add(Node.start(Node.settings(members, ports.get(number), Map.of())));
  }

  private ClusteredVertx bare(int number) {
    ClusteredVertx bare =
        Node.wait(
            ClusteredVertx.start(
                new VertxOptions(), Node.settings(members, ports.get(number), Map.of())));
    opened.add(() -> Node.wait(bare.vertx().close()));
    return bare;
  }

  private static void awaitHeard(Node from, Node to, String news) {
    Eventually.holds(
        "heard",
        PATIENCE,
        () -> {
          from.publish(news);
          return to.heard.contains(news);
        });
  }

  @Test
  void anEventIsHeardOnceInEachProcess() {
    Node first = node(0);
    Node second = node(1);
    awaitHeard(first, second, "there");
    awaitHeard(second, first, "and back");
    first.publish("once");
    first.publish("last");
    Eventually.holds(
        "both", PATIENCE, () -> first.heard.contains("last") && second.heard.contains("last"));
    assertThat(first.heard.stream().filter("once"::equals)).hasSize(1);
    assertThat(second.heard.stream().filter("once"::equals)).hasSize(1);
    Eventually.holds("written", PATIENCE, () -> first.events.underWay() == 0);
    assertThat(first.events.failures()).isZero();
  }

  @Test
  void whoListensBeforeItsCanaryIsThereHearsNoCallsOfTheCanaries() {
    Node first = node(0);
    Node second = node(1);
    Eventually.holds("two members", PATIENCE, () -> second.members() == 2);
    ClusteredVertx starting = bare(2);
    List<Object> heard = new CopyOnWriteArrayList<>();
    Node.wait(
        starting
            .vertx()
            .eventBus()
            .consumer(Node.NEWS, message -> heard.add(message.body()))
            .completion());
    Eventually.holds("three members", PATIENCE, () -> first.members() == 3);
    long before = Math.max(first.canary.tries(), second.canary.tries());
    Eventually.holds(
        "tries of both",
        PATIENCE,
        () -> Math.min(first.canary.tries(), second.canary.tries()) > before + 20);
    assertThat(heard).isEmpty();
  }

  @Test
  void whoHasNoInboxIsToldNothingAndCountsAsNoFailure() {
    Node node = node(0);
    bare(1);
    Eventually.holds("two members", PATIENCE, () -> node.members() == 2);
    node.publish("to nobody else");
    Eventually.holds("here", PATIENCE, () -> node.heard.contains("to nobody else"));
    Eventually.holds("given back", PATIENCE, () -> node.events.underWay() == 0);
    assertThat(node.events.failures()).isZero();
  }

  @Test
  void whatCannotBeSentTakesNoPermit() {
    Node first = node(0);
    Node second = node(1);
    awaitHeard(first, second, "hello");
    Eventually.holds("written", PATIENCE, () -> first.events.underWay() == 0);
    JsonObject unspeakable = new JsonObject().put("news", new Object());
    assertThatThrownBy(
            () ->
                Node.wait(
                    first.loop.call(
                        () -> {
                          first.events.publish(Node.NEWS, unspeakable);
                          return Future.succeededFuture();
                        })))
        .hasMessageContaining("JSON");
    assertThat(first.events.underWay()).isZero();
    awaitHeard(first, second, "goes on");
  }

  @Test
  void whatIsNoEventIsDroppedAndTold() {
    Node node = node(0);
    try (LogLines told = new LogLines(io.pigpig.cluster.ClusterEvents.class)) {
      node.bus()
          .send(
              node.inbox(),
              Buffer.buffer("{"),
              new DeliveryOptions().addHeader("pigpig-address", Node.NEWS));
      Eventually.holds("told", PATIENCE, () -> told.with("no event").size() == 1);
    }
    node.publish("goes on");
    Eventually.holds("heard", PATIENCE, () -> node.heard.contains("goes on"));
  }

  @Test
  void afterTheBusHasEndedNothingIsSentAndNoPermitIsKept() {
    Node first = node(0);
    Node second = node(1);
    awaitHeard(first, second, "hello");
    Hazelcast.getAllHazelcastInstances().forEach(it -> it.getLifecycleService().terminate());
    first.publish("alone");
    Eventually.holds("heard here", PATIENCE, () -> first.heard.contains("alone"));
    assertThat(first.events.underWay()).isZero();
  }
}
