package io.pigpig.cluster;

import io.vertx.core.Future;
import java.util.List;

/** What this process knows of its cluster. Safe from any thread. */
public interface ClusterView {

  /** This process's name in the cluster, for as long as it runs. */
  String nodeId();

  /** The members as of now, this one among them; none when this one has stopped. */
  List<String> nodes();

  /**
   * Whether the cluster's table of subscriptions has one of this process for an address. Fails when
   * the table does not answer; the wait is that of the cluster's calls.
   */
  Future<Boolean> isSubscribed(String address);
}
