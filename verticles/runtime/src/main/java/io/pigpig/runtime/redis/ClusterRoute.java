package io.pigpig.runtime.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.ZModem;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to the master of one slot of a Redis Cluster.
 *
 * <p>Each attempt begins at another node and asks who the master is; the connection is the one by
 * which a node has said that it is the master itself and takes commands. What other nodes say leads
 * on, at most {@value #HOPS_MAX} times, and is never believed. Nothing is sent again here: a
 * command that was turned away has failed, and its sender knows what that means.
 */
final class ClusterRoute implements RedisRoute {

  private static final int HOPS_MAX = 4;

  private final RedisClusterUrl cluster;
  private final int slot;
  private final RedisDialer dialer;
  private final RedisLinkSettings settings;
  private List<RedisNode> nodes;
  private int turn;
  private @Nullable RedisNode told;
  private RedisNode here;

  /**
   * @param key whose slot's master is looked for
   */
  ClusterRoute(
      RedisClusterUrl cluster, String key, RedisDialer dialer, RedisLinkSettings settings) {
    this.cluster = cluster;
    this.slot = ZModem.generate(key);
    this.dialer = dialer;
    this.settings = settings;
    this.nodes = cluster.seeds();
    this.here = nodes.getFirst();
  }

  @Override
  public Future<RedisLine> connect() {
    RedisNode first = told != null ? told : nodes.get(turn++ % nodes.size());
    told = null;
    return walk(first, HOPS_MAX);
  }

  private Future<RedisLine> walk(RedisNode node, int hopsLeft) {
    return dialer
        .dial(cluster.urlOf(node))
        .compose(
            line ->
                look(node, line)
                    .compose(view -> arriveOrGoOn(node, line, view, hopsLeft))
                    .onFailure(e -> line.close()),
            e -> Future.failedFuture(node + ": " + e.getMessage()));
  }

  private Future<RedisClusterView> look(RedisNode node, RedisLine line) {
    Promise<List<Response>> answers = Promise.promise();
    Future.all(
            line.send(Request.cmd(Command.CLUSTER).arg("MYID")),
            line.send(Request.cmd(Command.CLUSTER).arg("INFO")),
            line.send(Request.cmd(Command.CLUSTER).arg("SLOTS")))
        .onSuccess(all -> answers.tryComplete(all.list()))
        .onFailure(answers::tryFail);
    return dialer
        .within(settings.connectTimeout(), answers, node + " said nothing of its cluster")
        .map(all -> RedisClusterView.of(node, slot, all));
  }

  private Future<RedisLine> arriveOrGoOn(
      RedisNode node, RedisLine line, RedisClusterView view, int hopsLeft) {
    learn(view);
    if (view.nodes().isEmpty()) {
      return Future.failedFuture(node + " knows no master of slot " + slot);
    }
    if (view.isOwners()) {
      here = node;
      return view.up()
          ? Future.succeededFuture(line)
          : Future.failedFuture(node + " says that its cluster is down");
    }
    if (hopsLeft == 0) {
      return Future.failedFuture("the nodes do not agree on the master of slot " + slot);
    }
    line.close();
    return walk(view.nodes().getFirst(), hopsLeft - 1);
  }

  /** The replicas above all: one of them is the next master, and knows it first. */
  private void learn(RedisClusterView view) {
    List<RedisNode> all = new ArrayList<>(cluster.seeds());
    for (RedisNode node : view.nodes()) {
      if (!all.contains(node)) {
        all.add(node);
      }
    }
    nodes = all;
  }

  /** All of these errors come before the command is looked at, so that it was not done. */
  @Override
  public Verdict judge(ErrorType error) {
    if (error.is("MOVED")) {
      told = target(error);
      return Verdict.NOT_HERE;
    }
    if (error.is("CLUSTERDOWN")
        || error.is("READONLY")
        || error.is("LOADING")
        || error.is("MASTERDOWN")) {
      return Verdict.NOT_HERE;
    }
    // The slot is on its way to another master; this one says MOVED when it has arrived.
    return error.is("ASK") || error.is("TRYAGAIN") ? Verdict.NOT_NOW : Verdict.ANSWER;
  }

  /** Of {@code MOVED slot host:port}; null sends the next attempt to a node in turn. */
  private @Nullable RedisNode target(ErrorType moved) {
    String address = moved.slice(' ', 2);
    if (address == null) {
      return null;
    }
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, Math.max(0, colon));
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      return new RedisNode(host.isEmpty() || host.equals("?") ? here.host() : host, port);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The slot and its master, for the log. */
  @Override
  public String toString() {
    return "slot " + slot + " at " + here;
  }
}
