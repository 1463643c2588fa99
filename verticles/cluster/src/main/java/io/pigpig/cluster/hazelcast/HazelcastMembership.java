package io.pigpig.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.pigpig.cluster.BusMembership;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;

/** The cluster as the Hazelcast member of this process sees it. */
record HazelcastMembership(HazelcastClusterManager manager) implements BusMembership {

  @Override
  public String nodeId() {
    return manager.getNodeId();
  }

  @Override
  public List<String> nodes() {
    try {
      boolean running = manager.getHazelcastInstance().getLifecycleService().isRunning();
      return running ? List.copyOf(manager.getNodes()) : List.of();
    } catch (HazelcastInstanceNotActiveException stoppedMeanwhile) {
      return List.of();
    }
  }

  @Override
  public Future<Boolean> isSubscribed(String address) {
    Promise<List<RegistrationInfo>> found = Promise.promise();
    manager.getRegistrations(address, found);
    return found
        .future()
        .map(
            all ->
                all.stream()
                    .anyMatch(
                        registration ->
                            !registration.localOnly()
                                && registration.nodeId().equals(manager.getNodeId())));
  }
}
