package io.pigpig.cluster.hazelcast;

import io.pigpig.cluster.BusCanary;
import io.pigpig.cluster.ClusterSettings;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.settings.SettingsReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
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
 * A process of the cluster, inside the test's: a Vert.x, its canary, and one subscription of {@link
 * #NEWS}. Blocking; test threads only.
 */
final class Node {

  /** What every node hears. */
  static final String NEWS = "test.news";

  private static final long PATIENCE_SECONDS = 60;

  final ClusteredVertx clustered;
  final BusCanary canary;
  final List<String> heard = new CopyOnWriteArrayList<>();
  final AtomicInteger deaf = new AtomicInteger();

  private Node(ClusteredVertx clustered, ClusterSettings settings, Runnable onDeaf) {
    this.clustered = clustered;
    Loop loop = new Loop(clustered.vertx().getOrCreateContext());
    this.canary =
        new BusCanary(
            new BusCanary.Parts(
                clustered.vertx(),
                clustered.view(),
                loop,
                () -> {
                  deaf.incrementAndGet();
                  onDeaf.run();
                }),
            settings.canary());
    wait(canary.open());
    wait(loop.call(() -> canary.watch(this::subscription)));
  }

  private MessageConsumer<JsonObject> subscription() {
    return bus().consumer(NEWS, message -> heard.add(message.body().getString("news")));
  }

  /** Starts one and waits until it has joined. */
  static Node start(ClusterSettings settings) {
    return start(settings, () -> {});
  }

  /** As {@link #start(ClusterSettings)}, with something to do when it is deaf. */
  static Node start(ClusterSettings settings, Runnable onDeaf) {
    return new Node(wait(ClusteredVertx.start(new VertxOptions(), settings)), settings, onDeaf);
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
    return clustered.view().nodes().size();
  }

  void publish(String news) {
    bus().publish(NEWS, new JsonObject().put("news", news));
  }

  void close() {
    wait(canary.close());
    wait(vertx().close());
  }
}
