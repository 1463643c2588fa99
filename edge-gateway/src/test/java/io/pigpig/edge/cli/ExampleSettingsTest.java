package io.pigpig.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The examples under conf/ name settings that there are. */
final class ExampleSettingsTest {

  private static EdgeSettings read(String name, Map<String, String> more) {
    Path file = Path.of(System.getProperty("pigpig.root"), "conf", name);
    Map<String, String> values = new HashMap<>(SettingsFile.read(file));
    values.putAll(more);
    return SettingsReader.read(EdgeSettings.class, values);
  }

  @Test
  void eachMemberOfTheClusterNeedsNothingButItsOwnAddress() {
    String file = "cluster/hazelcast.yaml";
    assertThatThrownBy(() -> read(file, Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("host 127.0.0.1 is not reached from the machines of the members");
    for (String host : List.of("10.0.0.1", "10.0.0.2", "10.0.0.3")) {
      EdgeSettings member = read(file, Map.of("cluster.host", host));
      assertThat(member.cluster().memberList())
          .hasSize(3)
          .contains(host + ":" + member.cluster().port());
    }
  }

  @Test
  void aMemberOfAClusterHasNoLedgerAndNoPeersOfItsOwn() {
    String file = "cluster/hazelcast.yaml";
    for (String own :
        List.of("stores.postgres-url", "stores.redis-url", "payment.url", "carrier.url")) {
      assertThatThrownBy(() -> read(file, Map.of("cluster.host", "10.0.0.1", own, "")))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("cluster.members needs stores.postgres-url");
    }
  }

  @Test
  void aDevelopersMachineHasNoCluster() {
    assertThat(read("dev/local.yaml", Map.of()).cluster().isEnabled()).isFalse();
  }
}
