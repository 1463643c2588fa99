package io.pigpig.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.edge.wiring.EdgeSettings;
import io.pigpig.runtime.settings.SettingsReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The examples under conf/ name settings that there are. */
final class ExampleSettingsTest {

  private static EdgeSettings read(String name) {
    Path file = Path.of(System.getProperty("pigpig.root"), "conf", name);
    return SettingsReader.read(EdgeSettings.class, SettingsFile.read(file));
  }

  @Test
  void aMemberOfAClusterKnowsTheOthers() {
    assertThat(read("cluster/hazelcast.yaml").cluster().memberList())
        .hasSize(3)
        .contains("10.0.0.2:5701");
  }

  @Test
  void aDevelopersMachineHasNoCluster() {
    assertThat(read("dev/local.yaml").cluster().isEnabled()).isFalse();
  }
}
