package io.pigpig.discovery.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.settings.SettingsException;
import io.pigpig.runtime.settings.SettingsReader;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EtcdSettingsTest {

  private static EtcdSettings read(String name, String text) {
    return SettingsReader.read(EtcdSettings.class, Map.of(name, text));
  }

  @Test
  void addressesAreHostsWithTheirPorts() {
    assertThat(read("addresses", "").isEnabled()).isFalse();
    EtcdSettings settings = read("addresses", "10.0.0.1:2379, etcd-2.local:2380,[::1]:7");
    assertThat(settings.isEnabled()).isTrue();
    assertThat(settings.addressList())
        .isEqualTo(
            List.of(
                SocketAddress.inetSocketAddress(2379, "10.0.0.1"),
                SocketAddress.inetSocketAddress(2380, "etcd-2.local"),
                SocketAddress.inetSocketAddress(7, "::1")));
  }

  @Test
  void aMistypedAddressIsNamedInOneLine() {
    for (String wrong : List.of("10.0.0.1", "host:port", "host:0", "host:65536", "a b:1", ":1")) {
      assertThatThrownBy(() -> read("addresses", "good:1," + wrong))
          .isInstanceOf(SettingsException.class)
          .hasMessageEndingWith("address \"" + wrong + "\" is not host:port");
    }
    assertThatThrownBy(() -> read("addresses", "good:1,"))
        .isInstanceOf(SettingsException.class)
        .hasMessageEndingWith("address \"\" is not host:port");
  }

  @Test
  void aPrefixBeginsAndEndsWithASlash() {
    assertThat(read("prefix", "/shop/").prefix()).isEqualTo("/shop/");
    for (String wrong : List.of("", "shop/", "/shop", "/a//b/")) {
      assertThatThrownBy(() -> read("prefix", wrong))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("prefix \"" + wrong + "\"");
    }
  }
}
