package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.pigpig.edge.TestStack;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Selling out through a gateway and two processes of orders that share a clustered event bus. */
final class OversellClusteredTest extends SellingOut {

  @Override
  TestStack open() throws Exception {
    return TestStack.startClustered("oversell_clustered");
  }

  @Test
  void threeProcessesAreOneCluster() {
    Set<HazelcastInstance> members = Hazelcast.getAllHazelcastInstances();
    assertThat(members).hasSize(3);
    assertThat(members)
        .allSatisfy(member -> assertThat(member.getCluster().getMembers()).hasSize(3));
  }
}
