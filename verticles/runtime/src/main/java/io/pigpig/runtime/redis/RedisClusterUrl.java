package io.pigpig.runtime.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * A Redis Cluster by some of its nodes: {@code redis-cluster://user:password@host:port,host:port},
 * or {@code rediss-cluster://} with TLS. The user and the password hold for every node.
 *
 * @param scheme of one node's URL: {@code redis} or {@code rediss}
 * @param userInfo percent-encoded; empty for none
 * @param seeds at least one; any node of the cluster will do, masters and replicas
 */
public record RedisClusterUrl(String scheme, String userInfo, List<RedisNode> seeds) {

  private static final int DEFAULT_PORT = 6379;
  private static final int SEEDS_MAX = 64;
  private static final String PLAIN = "redis-cluster://";
  private static final String SECURED = "rediss-cluster://";
  private static final String FORM = "redis-cluster://user:password@host:port,host:port";

  public RedisClusterUrl {
    seeds = List.copyOf(seeds);
  }

  /** Whether this URL speaks of a cluster, well or badly. */
  public static boolean isOne(String url) {
    return url.startsWith(PLAIN) || url.startsWith(SECURED);
  }

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException with one sentence that does not repeat the URL, since it may
   *     carry a password
   */
  public static RedisClusterUrl parse(String url) {
    if (!isOne(url)) {
      throw unreadable("it must begin with redis-cluster:// or rediss-cluster://");
    }
    boolean tls = url.startsWith(SECURED);
    String rest = url.substring((tls ? SECURED : PLAIN).length());
    int at = rest.lastIndexOf('@');
    String userInfo = rest.substring(0, Math.max(0, at));
    if (userInfo.indexOf(',') >= 0) {
      throw unreadable("user and password stand once, before the first node, a comma as %2C");
    }
    String[] nodes = rest.substring(at + 1).split(",", -1);
    if (nodes.length > SEEDS_MAX) {
      throw unreadable(nodes.length + " nodes are more than the " + SEEDS_MAX + " it may name");
    }
    List<RedisNode> seeds = new ArrayList<>();
    for (int i = 0; i < nodes.length; i++) {
      seeds.add(seed(nodes[i], i + 1));
    }
    RedisClusterUrl cluster = new RedisClusterUrl(tls ? "rediss" : "redis", userInfo, seeds);
    if (hostOf(cluster.urlOf(seeds.getFirst())).isEmpty()) {
      throw unreadable("its user or password has characters that must be percent-encoded");
    }
    return cluster;
  }

  private static RedisNode seed(String node, int number) {
    if (node.indexOf('/') >= 0 || node.indexOf('?') >= 0 || node.indexOf('#') >= 0) {
      throw unreadable("a cluster has no numbered databases and no options");
    }
    String url = "redis://" + node;
    String host = hostOf(url);
    if (host.isEmpty()) {
      throw unreadable("its node " + number + " is no host:port");
    }
    int port = URI.create(url).getPort();
    if (port == 0 || port > 65_535) {
      throw unreadable("its node " + number + " has port " + port);
    }
    return new RedisNode(host, port == -1 ? DEFAULT_PORT : port);
  }

  /** Without the brackets of IPv6; empty if there is none. */
  private static String hostOf(String url) {
    try {
      String host = new URI(url).getHost();
      return host == null ? "" : host.replaceAll("[\\[\\]]", "");
    } catch (URISyntaxException e) {
      // Its message would repeat what may be a password.
      return "";
    }
  }

  private static IllegalArgumentException unreadable(String why) {
    return new IllegalArgumentException("The Redis URL is not " + FORM + ": " + why + ".");
  }

  /** The URL of one node of this cluster, with the password. */
  public String urlOf(RedisNode node) {
    return scheme + "://" + (userInfo.isEmpty() ? "" : userInfo + "@") + node;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return scheme + "-cluster://" + String.join(",", seeds.stream().map(String::valueOf).toList());
  }
}
