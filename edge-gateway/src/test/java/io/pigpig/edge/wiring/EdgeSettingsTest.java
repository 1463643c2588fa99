package io.pigpig.edge.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.settings.SettingsReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
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

  private static EdgeSettings read(String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return SettingsReader.read(EdgeSettings.class, values);
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(String... namesAndValues) {
    return assertThatThrownBy(() -> read(namesAndValues)).isInstanceOf(SettingsException.class);
  }

  @Test
  void waitsThatDoNotLeaveTheStopItsTimeAreRefused() {
    assertRefused("process.leave-after", "3s", "process.drain-timeout", "11s")
        .hasMessageContaining(
            "process.leave-after and process.drain-timeout are 14000 ms together; a stop takes 30 s"
                + " at most, which leaves them 13000 ms beside embedded stores");
    String[] own = {"stores.postgres-url", "postgresql://p", "stores.redis-url", "redis://r"};
    assertThat(read(with(own, "process.drain-timeout", "25s")).process().drainTimeout())
        .isEqualTo(Duration.ofSeconds(25));
    assertRefused(with(own, "process.leave-after", "15s", "process.drain-timeout", "11s"))
        .hasMessageContaining("leaves them 25000 ms")
        .hasMessageNotContaining("embedded");
  }

  private static String[] with(String[] some, String... more) {
    return Stream.of(some, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void aRoleIsAskedForTheStoresThatItUses() {
    String[] postgres = {"stores.postgres-url", "postgresql://p"};
    for (String role : List.of("gateway", "render")) {
      read(with(postgres, "process.role", role));
      assertRefused("process.role", role)
          .hasMessageContaining("process.role " + role + " needs stores.postgres-url: ");
    }
    for (String role : List.of("stock", "order")) {
      assertRefused(with(postgres, "process.role", role))
          .hasMessageContaining("process.role " + role + " needs stores.redis-url: ");
    }
  }

  @Test
  void aClusterOnOneMachineGivesItsProcessesTheirMembers() {
    assertThat(read("process.cluster", "2", "process.cluster-bus", "on").process().clusterBus())
        .isTrue();
    assertRefused(
            "process.cluster", "2",
            "cluster.members", "127.0.0.1:5701",
            "stores.postgres-url", "postgresql://p",
            "stores.redis-url", "redis://r")
        .hasMessageContaining("with process.cluster say process.cluster-bus on");
    assertRefused("process.cluster-bus", "on").hasMessageContaining("say process.cluster too");
    assertRefused("process.cluster", "2", "process.role", "order")
        .hasMessageContaining("process.cluster starts every role: process.role must be all");
  }

  @Test
  void whatIsNoPlaceOfAPeerIsRefused() {
    assertRefused("payment.url", "pay:443")
        .hasMessageContaining("a peer is http://host:port, not pay:443");
  }

  @Test
  void aNameThatIsNoFileNameIsRefused() {
    assertRefused("process.name", "../order").hasMessageContaining("\"../order\"");
  }
}
