package io.pigpig.cluster.hazelcast;

import io.pigpig.cluster.ClusterView;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;

/** The cluster as the member of this process sees it. */
record MemberView(HazelcastClusterManager manager) implements ClusterView {

  @Override
  public String nodeId() {
    return manager.getNodeId();
  }

  @Override
  public List<String> nodes() {
    boolean running = manager.getHazelcastInstance().getLifecycleService().isRunning();
    return running ? List.copyOf(manager.getNodes()) : List.of();
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
