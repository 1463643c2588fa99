package io.pigpig.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.Opened;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three processes share a bus, and one stands still: its system takes connections and bytes, and
 * nobody reads them.
 */
final class SilentProcessTest {

  private static final Logger log = LoggerFactory.getLogger(SilentProcessTest.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PERMITS = 16;

  /** A few hundred of them fill what the systems of both sides keep. */
  private static final String LONG = "x".repeat(256 << 10);

  /**
   * By design after {@code cluster.ping-every} and {@code cluster.ping-timeout}, 0.5 s and 1.5 s;
   * and half a second for a busy machine to notice.
   */
  private static final Duration DROPPED_WITHIN = Duration.ofMillis(2_500);

  private final Opened opened = new Opened();
  private final Ticker ticker = Ticker.system();
  private Node ours;
  private Node other;
  private NodeProcess silent;
  private String silentId;

  @BeforeEach
  void open(@TempDir Path folder) {
    List<Integer> ports = List.of(Node.freePort(), Node.freePort(), Node.freePort());
    String members = String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
    // It is a member all the while, as one is whose event loop alone stands still.
    Map<String, String> few =
        Map.of("bus.permits", Integer.toString(PERMITS), "heartbeat-timeout", "60s");
    ours = opened.add(Node.start(Node.settings(members, ports.get(0), few)));
    other = opened.add(Node.start(Node.settings(members, ports.get(1), few)));
    silent =
        opened.add(
            new NodeProcess(
                "silent",
                folder,
                List.of(),
                List.of(
                    "members=" + members,
                    "port=" + ports.get(2),
                    "bus-port=0",
                    "heartbeat-timeout=60s")));
    Eventually.holds("three members", PATIENCE, () -> ours.members() == 3);
    silentId =
        ours.clustered.members().nodes().stream()
            .filter(it -> !it.equals(ours.clustered.members().nodeId()))
            .filter(it -> !it.equals(other.clustered.members().nodeId()))
            .findFirst()
            .orElseThrow();
    Eventually.holds(
        "heard by both",
        PATIENCE,
        () -> {
          ours.publish("hello");
          return silent.hasHeard("hello") && other.heard.contains("hello");
        });
  }

  @AfterEach
  void close() throws Exception {
    opened.close();
  }

  /** Publishes one that is long, if there is room; answers what is under way to the silent one. */
  private int publishLong(String news) {
    return Node.wait(
        ours.loop.call(
            () -> {
              try {
                ours.events.publish(Node.NEWS, new JsonObject().put("news", news).put("pad", LONG));
              } catch (RefusedException noRoomNow) {
                // The relay would come again.
              }
              return Future.succeededFuture(ours.events.underWay(silentId));
            }));
  }

  private int underWay() {
    return Node.wait(ours.loop.call(() -> Future.succeededFuture(ours.events.underWay(silentId))));
  }

  @Test
  void whatIsKeptForItIsBoundedItHoldsUpNobodyAndIsDroppedInTime() {
    silent.standStill();
    Eventually.holds(
        "no permit is left",
        PATIENCE,
        () -> {
          int underWay = publishLong("filling");
          assertThat(underWay).isLessThanOrEqualTo(PERMITS);
          return underWay == PERMITS;
        });
    long fullNanos = ticker.nanos();
    Eventually.holds(
        "others hear what it misses",
        PATIENCE,
        () -> {
          assertThat(publishLong("missed")).isLessThanOrEqualTo(PERMITS);
          return ours.events.missed() > 0 && other.heard.contains("missed");
        });
    Eventually.holds("what was kept is dropped", PATIENCE, () -> underWay() == 0);
    Duration after = Duration.ofNanos(ticker.nanos() - fullNanos);
    log.info("dropped after {} ms", after.toMillis());
    assertThat(after).isLessThan(DROPPED_WITHIN);
    silent.goOn();
    Eventually.holds(
        "it hears again",
        PATIENCE,
        () -> {
          ours.publish("back");
          return silent.supervise() > 0 || silent.hasHeard("back");
        });
  }
}
