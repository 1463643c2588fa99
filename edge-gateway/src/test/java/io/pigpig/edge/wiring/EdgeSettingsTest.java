package io.pigpig.edge.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.settings.SettingsReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EdgeSettingsTest {

  @Test
  void theReferenceIsWhatTheRecordsSay() throws Exception {
    Path reference = Path.of(System.getProperty("pigpig.root"), "conf", "reference.yaml");
    String expected = SettingsReference.yaml(EdgeSettings.class);
    if (Boolean.getBoolean("pigpig.write")) {
      Files.writeString(reference, expected);
    }
    assertThat(Files.readString(reference))
        .as("conf/reference.yaml is out of date; run this test with -Dpigpig.write=true")
        .isEqualTo(expected);
  }

  @Test
  void defaultsAreTheDocumentedOnesAndEverySettingCanBeSet() {
    EdgeSettings defaults = SettingsReader.read(EdgeSettings.class, Map.of());
    assertThat(defaults.server().port()).isEqualTo(8080);
    assertThat(defaults.management().port()).isEqualTo(8081);
    assertThat(defaults.order().paymentWindow()).isEqualTo(Duration.ofMinutes(15));
    EdgeSettings changed =
        SettingsReader.read(
            EdgeSettings.class, Map.of("server.port", "9000", "order.payment-window", "20m"));
    assertThat(changed.server().port()).isEqualTo(9000);
    assertThat(changed.order().paymentWindow()).isEqualTo(Duration.ofMinutes(20));
  }

  @Test
  void theBoundsOfGrpcFitEachOther() {
    assertRefused(Map.of("grpc.call-timeout", "2m"), "call-timeout PT2M");
    assertRefused(Map.of("grpc.calls-max", "100"), "lasting-max 1024");
    assertRefused(Map.of("grpc.calls-out-max", "1024"), "calls-out-max 1024");
    assertRefused(
        Map.of(
            "services.carrier", "bus",
            "process.role", "render",
            "stores.postgres-url", "postgresql://there/db",
            "stores.redis-url", "redis://there"),
        "services.carrier bus");
  }

  private static void assertRefused(Map<String, String> values, String text) {
    assertThatThrownBy(() -> SettingsReader.read(EdgeSettings.class, values))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(text);
  }

  @Test
  void anUnknownSettingAndAValueOutOfRangeAreNamed() {
    assertThatThrownBy(() -> SettingsReader.read(EdgeSettings.class, Map.of("server.prot", "1")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("server.prot")
        .hasMessageContaining("server.port");
    assertThatThrownBy(
            () -> SettingsReader.read(EdgeSettings.class, Map.of("server.port", "65536")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("server.port")
        .hasMessageContaining("65535");
    assertThatThrownBy(
            () -> SettingsReader.read(EdgeSettings.class, Map.of("management.port", "8080")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("server.port and management.port are both 8080");
  }
}
