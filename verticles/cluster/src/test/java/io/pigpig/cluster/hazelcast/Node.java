package io.pigpig.cluster.hazelcast;

import io.pigpig.cluster.BusCanary;
import io.pigpig.cluster.ClusterEvents;
import io.pigpig.cluster.ClusterSettings;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.settings.SettingsReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process of the cluster, inside the test's: a Vert.x, its canary, its inbox, and somebody who
 * listens for {@link #NEWS}. Blocking; test threads only.
 */
final class Node implements AutoCloseable {

  /** What every node hears. */
  static final String NEWS = "test.news";

  private static final long PATIENCE_SECONDS = 60;

  final ClusteredVertx clustered;
  final ClusterEvents events;
  final BusCanary canary;
  final Loop loop;
  final List<String> heard = new CopyOnWriteArrayList<>();
  final AtomicInteger deaf = new AtomicInteger();

  private Node(ClusteredVertx clustered, ClusterSettings settings, Runnable onDeaf) {
    this.clustered = clustered;
    this.loop = new Loop(clustered.vertx().getOrCreateContext());
    this.canary =
        new BusCanary(
            new BusCanary.Parts(
                clustered.vertx(),
                clustered.members(),
                loop,
                () -> {
                  deaf.incrementAndGet();
                  onDeaf.run();
                }),
            settings.canary());
    this.events =
        new ClusterEvents(
            new ClusterEvents.Parts(clustered.vertx(), clustered.members(), Ticker.system()),
            settings.bus());
    bus().<JsonObject>localConsumer(NEWS, message -> heard.add(message.body().getString("news")));
  }

  private Node open() {
    try {
      wait(canary.open());
      wait(loop.call(() -> events.open(canary)));
      return this;
    } catch (RuntimeException | AssertionError e) {
      wait(vertx().close());
      throw e;
    }
  }

  /** Starts one and waits until it has joined. */
  static Node start(ClusterSettings settings) {
    return start(settings, () -> {});
  }

  /** As {@link #start(ClusterSettings)}, with something to do when it is deaf. */
  static Node start(ClusterSettings settings, Runnable onDeaf) {
    ClusteredVertx joined =
        wait(ClusteredVertx.start(new VertxOptions().setPreferNativeTransport(true), settings));
    return new Node(joined, settings, onDeaf).open();
  }

  /** Settings of a member on this machine. */
  static ClusterSettings settings(String members, int port, Map<String, String> more) {
    Map<String, String> values = new HashMap<>();
    values.put("members", members);
    values.put("port", Integer.toString(port));
    values.put("bus-port", "0");
    values.put("canary.every", "200ms");
    values.put("canary.timeout", "150ms");
    // Of the canary's pace here that is as long as the default.
    values.put("canary.deaf-after", "75");
    values.putAll(more);
    return SettingsReader.read(ClusterSettings.class, values);
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T wait(Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  EventBus bus() {
    return clustered.vertx().eventBus();
  }

  Vertx vertx() {
    return clustered.vertx();
  }

  int members() {
    return clustered.members().nodes().size();
  }

  /** Where others send what it is to hear. */
  String inbox() {
    return "cluster.events." + clustered.members().nodeId();
  }

  void publish(String news) {
    wait(
        loop.call(
            () -> {
              events.publish(NEWS, new JsonObject().put("news", news));
              return Future.succeededFuture();
            }));
  }

  @Override
  public void close() {
    try {
      wait(canary.close());
    } finally {
      wait(vertx().close());
    }
  }
}
