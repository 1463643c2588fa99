package io.pigpig.edge.wiring;

import static java.util.stream.Collectors.joining;

import io.pigpig.edge.auth.DevelopmentSecret;
import io.pigpig.edge.wiring.ProcessSettings.ProcessRole;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.runtime.stores.EmbeddedStores;
import io.pigpig.runtime.stores.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The processes of a cluster on this machine, and the settings that each is started with. Blocking:
 * for start-up.
 */
final class MemberSettings {

  /** Clients that ask at least once in this time have a new connection when a gateway ends. */
  private static final Duration LEAVE_AFTER = Duration.ofSeconds(2);

  /** Calls that a gateway may give up in 30 s. */
  private static final int RESETS_MAX = 10_000;

  private final EdgeSettings settings;
  private final EmbeddedStores stores;
  private final List<Member> members;
  private final Map<String, String> shared;

  /**
   * @param given what the user has set, by full name; every process gets it
   * @param stores that run, and know which ports are whose
   */
  MemberSettings(EdgeSettings settings, Map<String, String> given, EmbeddedStores stores) {
    this.settings = settings;
    this.stores = stores;
    this.members = planned();
    this.shared = shared(given);
  }

  private List<Member> planned() {
    List<Member> all = new ArrayList<>();
    all.add(member(ProcessRole.RENDER, 1));
    all.add(member(ProcessRole.STOCK, 1));
    for (int i = 1; i <= settings.process().cluster(); i++) {
      all.add(member(ProcessRole.ORDER, i));
    }
    for (int i = 1; i <= settings.process().gateways(); i++) {
      all.add(member(ProcessRole.GATEWAY, i));
    }
    return List.copyOf(all);
  }

  private Member member(ProcessRole role, int number) {
    String name = role.text() + "-" + number;
    boolean gateway = role == ProcessRole.GATEWAY;
    boolean front = gateway && number == 1 && settings.management().port() != 0;
    boolean onBus = settings.process().clusterBus() && (role.keepsOrders() || role.keepsStock());
    return new Member(
        role,
        number,
        gateway ? settings.server().port() : 0,
        gateway ? settings.grpc().port() : stores.portOf(name + "-grpc"),
        front ? settings.management().port() : stores.portOf(name),
        onBus ? stores.portOf(name + "-member") : 0,
        onBus ? stores.portOf(name + "-bus") : 0);
  }

  /** What every process is told. */
  private Map<String, String> shared(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    // Said, not left out: their environment is that of this process, and may say otherwise.
    all.put("process.cluster", "0");
    all.put("process.gateways", "1");
    all.put("process.cluster-bus", "off");
    Path data = Path.of(settings.stores().data()).toAbsolutePath();
    boolean embedded =
        settings.stores().postgresUrl().isEmpty() && settings.stores().redisUrl().isEmpty();
    if (settings.auth().publicKeyFile().isEmpty()) {
      // Made once, here, and read by all of them.
      DevelopmentSecret.readOrCreate(data.resolve("development.secret"));
    }
    all.put("auth.development-issuer", settings.auth().issuesTokens(embedded) ? "on" : "off");
    all.put("stores.data", data.toString());
    all.put("stores.postgres-url", stores.postgresUrl());
    for (Peer peer : Peer.values()) {
      Path secret = SecurityFiles.callbackSecret(settings, peer);
      if (secret != null) {
        all.put(peer.text() + ".callback-secret-file", secret.toString());
      }
      if (settings.of(peer).url().isEmpty()) {
        all.put(peer.text() + ".url", stores.peerUrl(peer.text()));
      }
    }
    for (ProcessRole asked : List.of(ProcessRole.ORDER, ProcessRole.STOCK, ProcessRole.RENDER)) {
      all.put("services." + asked.text(), places(m -> m.role() == asked ? m.grpcPlace() : ""));
    }
    return all;
  }

  private String places(Function<Member, String> place) {
    return members.stream().map(place).filter(text -> !text.isEmpty()).collect(joining(","));
  }

  /** Every process, in the order in which they are to start. */
  List<Member> members() {
    return members;
  }

  /** What one of them is started with, by full name. */
  Map<String, String> of(Member member) {
    Map<String, String> its = new HashMap<>(shared);
    its.put("process.role", member.role().text());
    its.put("process.name", member.name());
    its.put("grpc.port", Integer.toString(member.grpc()));
    if (member.role().stores().contains(Store.REDIS)) {
      its.put("stores.redis-url", stores.redisUrl());
    }
    if (member.role() != ProcessRole.GATEWAY) {
      // Only our own processes connect there, and give up what their callers have given up.
      its.putIfAbsent("grpc.resets-max", Integer.toString(RESETS_MAX));
    }
    if (member.role() == ProcessRole.GATEWAY && settings.process().gateways() > 1) {
      its.put("server.port-shared", "on");
      its.put("grpc.port-shared", "on");
      its.put("process.leave-after", leaveAfter().toMillis() + "ms");
    }
    if (member.bus() != 0) {
      its.put("cluster.members", places(m -> m.bus() == 0 ? "" : m.busPlace()));
      its.put("cluster.host", "127.0.0.1");
      its.put("cluster.port", Integer.toString(member.bus()));
      its.put("cluster.bus-port", Integer.toString(member.messages()));
    }
    return its;
  }

  /** How long one of them may take to end. */
  Duration stopMax() {
    return leaveAfter()
        .plus(settings.process().drainTimeout())
        .plus(EdgeProcess.stopMargin(settings.process().clusterBus()));
  }

  private Duration leaveAfter() {
    Duration asked = settings.process().leaveAfter();
    return asked.isZero() ? LEAVE_AFTER : asked;
  }
}
