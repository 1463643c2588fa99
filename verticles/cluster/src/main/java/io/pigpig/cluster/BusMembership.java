package io.pigpig.cluster;

import io.vertx.core.Future;
import java.util.List;

/** Which processes share the event bus, as this one knows. Safe from any thread. */
public interface BusMembership {

  /** This process's name in the cluster, for as long as it runs. */
  String nodeId();

  /** The members as of now, this one among them; none when this one has stopped. */
  List<String> nodes();

  /**
   * Whether the cluster's table of subscriptions has one of this process for an address. Fails when
   * the table does not answer; the wait is that of the cluster's calls.
   */
  Future<Boolean> isSubscribed(String address);

  /** That of a process whose event bus is its own. */
  static BusMembership alone() {
    return new BusMembership() {
      @Override
      public String nodeId() {
        return "alone";
      }

      @Override
      public List<String> nodes() {
        return List.of(nodeId());
      }

      @Override
      public Future<Boolean> isSubscribed(String address) {
        return Future.succeededFuture(true);
      }
    };
  }
}
