package io.pigpig.runtime.redis;

import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one node of a cluster says about one slot, from its answers to {@code CLUSTER MYID}, {@code
 * CLUSTER INFO} and {@code CLUSTER SLOTS}.
 *
 * @param asked the id of the node that says so
 * @param up whether it takes commands
 * @param owner the id of the slot's master; null if the slot has none
 * @param nodes that have the slot, the master first; empty if the slot has no master
 */
record RedisClusterView(String asked, boolean up, @Nullable String owner, List<RedisNode> nodes) {

  /**
   * Reads the answers.
   *
   * @param from where they come from; a node that does not know its own address leaves it out
   */
  static RedisClusterView of(RedisNode from, int slot, List<Response> answers) {
    String asked = answers.get(0).toString();
    boolean up = answers.get(1).toString().contains("cluster_state:ok");
    for (Response range : answers.get(2)) {
      if (number(range.get(0)) <= slot && slot <= number(range.get(1))) {
        return new RedisClusterView(asked, up, range.get(2).get(2).toString(), nodes(from, range));
      }
    }
    return new RedisClusterView(asked, up, null, List.of());
  }

  private static List<RedisNode> nodes(RedisNode from, Response range) {
    List<RedisNode> nodes = new ArrayList<>();
    for (int i = 2; i < range.size(); i++) {
      Response host = range.get(i).get(0);
      String name = host == null ? "" : host.toString();
      // "?" stands for a host name that is not known.
      nodes.add(
          new RedisNode(
              name.isEmpty() || name.equals("?") ? from.host() : name,
              number(range.get(i).get(1))));
    }
    return nodes;
  }

  private static int number(Response response) {
    return Integer.parseInt(response.toString());
  }

  /** Whether the slot's master is the node that was asked. */
  boolean isOwners() {
    return asked.equals(owner);
  }
}
