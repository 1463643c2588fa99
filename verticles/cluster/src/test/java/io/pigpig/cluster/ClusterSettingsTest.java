package io.pigpig.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ClusterSettingsTest {

  private static ClusterSettings read(Map<String, String> values) {
    return SettingsReader.read(ClusterSettings.class, values);
  }

  @Test
  void withoutMembersThereIsNoCluster() {
    assertThat(read(Map.of()).isEnabled()).isFalse();
    assertThat(read(Map.of("members", " , ")).isEnabled()).isFalse();
  }

  @Test
  void membersAreHostsWithTheirPorts() {
    ClusterSettings settings = read(Map.of("members", "10.0.0.1:5701, shop-2.local:5702,[::1]:7"));
    assertThat(settings.isEnabled()).isTrue();
    assertThat(settings.memberList())
        .containsExactly("10.0.0.1:5701", "shop-2.local:5702", "[::1]:7");
    assertThatThrownBy(() -> read(Map.of("members", "10.0.0.1")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("\"10.0.0.1\" is not host:port");
  }

  @Test
  void whatHazelcastWouldRoundIsRefused() {
    assertThatThrownBy(() -> read(Map.of("heartbeat-timeout", "2500ms")))
        .hasMessageContaining("heartbeat-timeout is 2500 ms and must be whole seconds");
    assertThatThrownBy(() -> read(Map.of("heartbeat-every", "2s", "heartbeat-timeout", "3s")))
        .hasMessageContaining("less than two heartbeats");
  }

  @Test
  void membersCannotBeToldOfAName() {
    assertThatThrownBy(() -> read(Map.of("members", "a:1", "host", "shop-1")))
        .hasMessageContaining("\"shop-1\" is not an IP address");
  }

  @Test
  void membersOfOtherMachinesDoNotReachALoopbackAddress() {
    assertThatThrownBy(() -> read(Map.of("members", "10.0.0.1:5701,shop-2:5701")))
        .hasMessageContaining("host 127.0.0.1 is not reached from the machines of the members");
    for (String here : List.of("127.0.0.1:5702", "localhost:5702", "[::1]:5702")) {
      assertThat(read(Map.of("members", here)).host()).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void deafnessComesAfterMending() {
    assertThatThrownBy(() -> read(Map.of("canary.renew-after", "5", "canary.deaf-after", "5")))
        .hasMessageContaining("deaf-after is 5");
  }

  @Test
  void anEntryOfTheOutboxIsUpToTwoEventsAndSoTwoPermitsAreTheLeast() {
    assertThat(read(Map.of("bus.permits", "2")).bus().permits()).isEqualTo(2);
    assertThatThrownBy(() -> read(Map.of("bus.permits", "1"))).hasMessageContaining("must be 2 to");
  }
}
