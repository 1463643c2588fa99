package io.pigpig.edge.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.stores.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program itself: its start, its end, and what {@code kill -9} does to it under load. */
final class EdgeCommandTest {

  private static final Duration BACK_WITHIN = Duration.ofSeconds(20);
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(30);

  /** One folder for all: making a cluster takes longer than starting it. */
  @TempDir private static Path temp;

  private final Path data = temp.resolve("data");

  @AfterEach
  void leaveNoProcess() {
    Program.killAll(data);
  }

  @Test
  void everyAcceptedRequestIsAnsweredBeforeItStopsOnSigterm() throws Exception {
    Program program = Program.ready(data);
    try (Customers customers = Customers.ordering(program.port(), "HOODIE-RED-M")) {
      customers.awaitMore(100, Duration.ofSeconds(30));
      program.terminate();
      assertThat(program.exitCode(STOPPED_WITHIN)).isZero();
      assertThat(program.text()).as("no stack trace").doesNotContain("\tat ");
      assertThat(Program.processesOf(data)).isEmpty();
      customers.stop();
      customers.turnTo(Program.ready(data).port());
      assertThat(customers.stored()).isEqualTo(customers.acknowledged());
      assertAuditOk(customers);
    }
  }

  @Test
  void aSignalDuringTheStartLeavesNothingRunning() {
    Program program = Program.start(data, Program.freePort());
    Eventually.holds("a store was begun", BACK_WITHIN, () -> Program.processesOf(data).size() > 1);
    program.terminate();
    assertThat(program.exitCode(STOPPED_WITHIN)).isZero();
    assertThat(program.text()).doesNotContain("\tat ").doesNotContain("is ready");
    assertThat(Program.processesOf(data)).isEmpty();
  }

  @Test
  void killedProgramIsStartedAgainOnItsOrphanedStores() throws Exception {
    Program killed = Program.ready(data);
    try (Customers customers = Customers.ordering(killed.port(), "HOODIE-RED-S")) {
      customers.awaitMore(100, Duration.ofSeconds(30));
      Set<Long> orphans = Set.of(killed.postgresPid(), killed.redisPid());
      killed.kill9();
      customers.stop();
      assertThat(orphans).allMatch(Program::isAlive);
      customers.turnTo(Program.ready(data).port());
      assertThat(orphans).noneMatch(Program::isAlive);
      assertNothingLost(customers);
    }
  }

  @Test
  void killedStoresComeBackUnderTheRunningProgram() throws Exception {
    Program program = Program.ready(data);
    try (Customers customers = Customers.ordering(program.port(), "TANK-RED-S")) {
      Program.kill9(program.postgresPid());
      customers.awaitMore(100, BACK_WITHIN);
      Program.kill9(program.redisPid());
      customers.awaitMore(100, BACK_WITHIN);
      customers.stop();
      assertNothingLost(customers);
    }
  }

  @Test
  void everythingKilledAtOnceLosesNoAcknowledgedOrder() throws Exception {
    Program killed = Program.ready(data);
    try (Customers customers = Customers.ordering(killed.port(), "TANK-NAVY-L")) {
      customers.awaitMore(100, Duration.ofSeconds(30));
      List<Long> stores = List.of(killed.postgresPid(), killed.redisPid());
      killed.kill9();
      stores.forEach(Program::kill9);
      customers.stop();
      customers.turnTo(Program.ready(data).port());
      assertNothingLost(customers);
    }
  }

  @Test
  void secondStartOnTheFolderIsRefusedInOneLineAndTheFirstServesOn() throws Exception {
    Program first = Program.ready(data);
    Program second = Program.start(data, Program.freePort());
    assertThat(second.exitCode(STOPPED_WITHIN)).isEqualTo(1);
    assertThat(second.text().strip().lines())
        .singleElement()
        .asString()
        .contains("in use by process " + first.pid());
    try (Customers customers = Customers.quiet(first.port())) {
      assertAuditOk(customers);
    }
  }

  @Test
  void itsOwnPeersTellItWhatTheyHaveDoneAndAreBelieved() throws Exception {
    Program program = Program.ready(data);
    try (Customers customers = Customers.quiet(program.port())) {
      customers.buy();
      for (String peer : List.of("payment", "carrier")) {
        Path ledger = data.resolve("sandbox").resolve(peer);
        Eventually.holds("told by " + peer, BACK_WITHIN, () -> entriesTold(ledger) > 0);
      }
      assertAuditOk(customers);
    }
  }

  /** How many entries a peer has, once it has told them all. */
  private static long entriesTold(Path peer) {
    try (var entries = Files.lines(peer.resolve("ledger.jsonl"))) {
      long count = entries.count();
      String told = Files.readString(peer.resolve("callbacks.cursor"));
      return told.equals(Long.toString(count)) ? count : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void busyPortIsRefusedInOneLineAndNothingIsLeftRunning() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Program program = Program.start(data, taken.getLocalPort());
      assertThat(program.exitCode(Duration.ofSeconds(90))).isEqualTo(1);
      assertThat(program.complaints())
          .singleElement()
          .asString()
          .contains("port " + taken.getLocalPort());
      assertThat(program.text()).doesNotContain("\tat ");
      assertThat(Program.processesOf(data)).isEmpty();
    }
  }

  @Test
  void aClusterIsNotStartedOnThePortOfSomebodyElse() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Program program =
          Program.start(
              data,
              Program.freePort(),
              "--cluster",
              "1",
              "--grpc-port",
              Integer.toString(taken.getLocalPort()));
      assertThat(program.exitCode(Duration.ofSeconds(90))).isEqualTo(1);
      assertThat(program.complaints())
          .singleElement()
          .asString()
          .contains("port " + taken.getLocalPort())
          .endsWith("choose --grpc-port");
      assertThat(Program.processesOf(data)).isEmpty();
    }
  }

  @Test
  void wrongFlagIsRefusedInOneLine() {
    Program program = Program.start(data, Program.freePort(), "--prot", "1");
    assertThat(program.exitCode(STOPPED_WITHIN)).isEqualTo(2);
    assertThat(program.text().strip().lines())
        .singleElement()
        .isEqualTo("edge: unknown flag --prot (did you mean port?)");
  }

  @Test
  void unknownSettingInAFileIsRefusedInOneLineThatNamesIt() throws IOException {
    Path file = Files.writeString(temp.resolve("shop.yaml"), "server:\n  prot: 8080\n");
    Program program = Program.start(data, Program.freePort(), "--conf", file.toString());
    assertThat(program.exitCode(STOPPED_WITHIN)).isEqualTo(2);
    assertThat(program.text().strip().lines())
        .singleElement()
        .asString()
        .contains(file.toString())
        .contains("server.prot");
  }

  private static void assertNothingLost(Customers customers) throws IOException {
    assertThat(customers.stored()).containsAll(customers.acknowledged());
    assertAuditOk(customers);
  }

  /** The gate is put right within a few looks after a fault, so the audit is asked again. */
  private static void assertAuditOk(Customers customers) {
    Eventually.holds(
        "audit ok",
        BACK_WITHIN,
        () -> {
          try {
            return customers.audit().getBoolean("ok", false);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
