package io.pigpig.edge.wiring;

import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.EmbeddedStores;
import io.pigpig.runtime.stores.Migrations;
import io.pigpig.runtime.stores.OwnProgram;
import io.pigpig.runtime.stores.OwnProgram.Ended;
import io.pigpig.runtime.stores.StartupFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster on one machine: stores and peers here, and a process of its own for every role, started
 * again when it ends. Starting and stopping block, each for a bounded time.
 */
public final class ClusterProcess implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClusterProcess.class);

  private final EdgeSettings settings;
  private final Start start;
  private final BreakableStart life = new BreakableStart(this::open, this::closeParts);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable EmbeddedStores stores;
  private volatile List<Member> members = List.of();

  /**
   * What its processes are started with.
   *
   * @param program that each of its processes is
   * @param given what the user has set, by full name; every process gets it
   * @param jvmFlags of this JVM
   * @param javaOptions what of them the user asked for: PIGPIG_JAVA_OPTS
   * @param told of each process that ends because all of it is to stop, on any thread
   */
  public record Start(
      Program program,
      Map<String, String> given,
      List<String> jvmFlags,
      String javaOptions,
      Consumer<Ended> told) {

    public Start {
      given = Map.copyOf(given);
      jvmFlags = List.copyOf(jvmFlags);
    }
  }

  /**
   * A program and what it is told beside its settings.
   *
   * @param mainClass on the class path of this JVM
   */
  public record Program(String mainClass, List<String> arguments) {

    public Program {
      arguments = List.copyOf(arguments);
    }

    List<String> on(int managementPort) {
      List<String> all = new ArrayList<>(arguments);
      all.addAll(List.of("--management-port", Integer.toString(managementPort)));
      return all;
    }
  }

  public ClusterProcess(EdgeSettings settings, Start start) {
    this.settings = settings;
    this.start = start;
  }

  /**
   * Starts everything and returns once it serves.
   *
   * @throws StartupFailure with one line for the operator; nothing is left running then
   */
  public void start() {
    life.start();
  }

  private void open() {
    EmbeddedStores ready = EmbeddedStores.start(settings.stores());
    stores = ready;
    ready.startPeers(Sandboxes.flags(settings));
    Migrations.run(ready.jdbcUrl());
    MemberSettings planned = new MemberSettings(settings, start.given(), ready);
    members = planned.members();
    // With SO_REUSEPORT one that another cluster serves would not be refused, and without it not
    // here, but by a gateway that is then started again and again.
    requireFree(settings.server().host(), settings.server().port(), "--port");
    requireFree(settings.grpc().host(), settings.grpc().port(), "--grpc-port");
    requireFree(settings.management().host(), settings.management().port(), "--management-port");
    for (Member member : planned.members()) {
      start(member, planned.of(member), planned.stopMax());
    }
  }

  /** Of port 0 any that is free. */
  private static void requireFree(String host, int port, String flag) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException taken) {
      throw PortTaken.of(port, flag, taken);
    }
  }

  private void start(Member member, Map<String, String> its, Duration stopMax) {
    if (life.isStopping()) {
      throw new StartupFailure("stopped before it started");
    }
    Map<String, String> environment = new HashMap<>();
    its.forEach((key, value) -> environment.put(SettingsReader.environmentName(key), value));
    List<String> flags = MemberFlags.of(start.jvmFlags(), start.javaOptions());
    OwnProgram program =
        new OwnProgram(
            member.role().text(),
            member.name(),
            new OwnProgram.Jvm(flags, start.program().mainClass(), environment),
            start.program()::on,
            "/health/ready",
            stopMax);
    Objects.requireNonNull(stores, "the stores come first")
        .startProgram(program, member.management());
  }

  /** Its processes; those that end are started again on the same ports. */
  public List<Member> members() {
    return members;
  }

  /** Waits until it has stopped: there is nothing to do here meanwhile. */
  public void awaitStop() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it was told to stop. */
  public boolean isStopping() {
    return life.isStopping();
  }

  /**
   * Drains the gateways, then the other roles, those of one role at once, and stops peers and
   * stores. A start that is under way on another thread is broken off and stops what it began.
   *
   * @return whether every process drained, and none is left
   */
  public boolean stop() {
    boolean drained = life.stop();
    stopped.countDown();
    return drained;
  }

  /** As {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  private boolean closeParts() {
    EmbeddedStores running = stores;
    if (running == null) {
      return true;
    }
    AtomicBoolean drained = new AtomicBoolean(true);
    try {
      running.close(ended -> note(ended, drained));
    } catch (StartupFailure e) {
      log.error("{}", e.getMessage());
      for (Throwable other : e.getSuppressed()) {
        log.error("{}", other.getMessage());
      }
      return false;
    }
    return drained.get();
  }

  private void note(Ended ended, AtomicBoolean drained) {
    if (ended.exitCode() != 0) {
      drained.set(false);
    }
    start.told().accept(ended);
  }
}
