package io.pigpig.cluster.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.TcpIpConfig;
import io.pigpig.cluster.ClusterSettings;
import java.time.Duration;

/**
 * Hazelcast's configuration, all of it in code, so that no file on the class path and no default of
 * its own has a say in how a member behaves.
 */
final class MemberConfig {

  /** Hazelcast's own least wait for a connection, in seconds. */
  private static final int CONNECT_SECONDS = 2;

  private MemberConfig() {}

  static Config of(ClusterSettings settings) {
    Config config = new Config();
    config.setClusterName(settings.name());
    network(config.getNetworkConfig(), settings);
    tables(config, settings.backups());
    timing(config, settings);
    silence(config);
    return config;
  }

  private static void network(NetworkConfig network, ClusterSettings settings) {
    network.setPort(settings.port()).setPortAutoIncrement(false).setReuseAddress(true);
    network.getInterfaces().setEnabled(true).addInterface(settings.host());
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    TcpIpConfig members = join.getTcpIpConfig();
    members.setEnabled(true).setConnectionTimeoutSeconds(CONNECT_SECONDS);
    settings.memberList().forEach(members::addMember);
  }

  /** The three that vertx-hazelcast needs, as its default-cluster.xml has them. */
  private static void tables(Config config, int backups) {
    MultiMapConfig subscriptions = config.getMultiMapConfig("__vertx.subs");
    subscriptions
        .setBackupCount(backups)
        .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET);
    config.getMapConfig("__vertx.haInfo").setBackupCount(backups);
    config.getMapConfig("__vertx.nodeInfo").setBackupCount(backups);
  }

  private static void timing(Config config, ClusterSettings settings) {
    seconds(config, "hazelcast.heartbeat.interval.seconds", settings.heartbeatEvery());
    seconds(config, "hazelcast.max.no.heartbeat.seconds", settings.heartbeatTimeout());
    // A member whose port refuses two connections in a row has ended. The default waits for four.
    config.setProperty("hazelcast.connection.monitor.max.faults", "1");
    config.setProperty(
        "hazelcast.socket.connect.timeout.seconds", Integer.toString(CONNECT_SECONDS));
    seconds(config, "hazelcast.max.join.seconds", settings.joinTimeout());
    config.setProperty("hazelcast.wait.seconds.before.join", "1");
    config.setProperty("hazelcast.max.wait.seconds.before.join", "5");
    config.setProperty("hazelcast.mastership.claim.timeout.seconds", "10");
    seconds(config, "hazelcast.merge.first.run.delay.seconds", settings.mergeEvery());
    seconds(config, "hazelcast.merge.next.run.delay.seconds", settings.mergeEvery());
    config.setProperty("hazelcast.max.join.merge.target.seconds", "5");
    config.setProperty(
        "hazelcast.operation.call.timeout.millis",
        Long.toString(settings.callTimeout().toMillis()));
    config.setProperty("hazelcast.graceful.shutdown.max.wait", "5");
    // A few hundred subscriptions: fewer partitions are spread in less time. The same everywhere.
    config.setProperty("hazelcast.partition.count", "31");
  }

  /** Nothing leaves the process, and nothing listens, that members do not need. */
  private static void silence(Config config) {
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.jmx", "false");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.logging.emoji.enabled", "false");
    config.setProperty("hazelcast.health.monitoring.level", "OFF");
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    config.getNetworkConfig().getRestApiConfig().setEnabled(false);
    config.getNetworkConfig().getMemcacheProtocolConfig().setEnabled(false);
    config.getManagementCenterConfig().setScriptingEnabled(false).setConsoleEnabled(false);
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.getWhitelist().addPrefixes("com.hazelcast.", "io.vertx.spi.cluster.hazelcast.");
    config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
  }

  private static void seconds(Config config, String property, Duration value) {
    config.setProperty(property, Long.toString(value.toSeconds()));
  }
}
