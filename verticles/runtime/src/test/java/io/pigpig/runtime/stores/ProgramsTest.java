package io.pigpig.runtime.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.stores.OwnProgram.Ended;
import io.pigpig.runtime.stores.RunFolder.Entry;
import io.pigpig.runtime.stores.RunFolder.Life;
import io.pigpig.runtime.stores.RunFolder.Serving;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of ours in JVMs of their own: how they start, come back and leave. */
final class ProgramsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path temp;

  private Path data;
  private Path said;
  private EmbeddedStores stores;

  @BeforeEach
  void open() throws IOException {
    data = Files.createDirectory(temp.resolve("data"));
    said = Files.createDirectory(temp.resolve("said"));
    stores =
        EmbeddedStores.start(
            new StoreSettings(data.toString(), TestStores.postgresUrl(), TestStores.redisUrl()));
  }

  @AfterEach
  void close() {
    stores.close();
  }

  private static OwnProgram program(String kind, String name, Path said, String... together) {
    return new OwnProgram(
        kind,
        name,
        new OwnProgram.Jvm(
            List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            TestProgram.class.getName(),
            Map.of(TestProgram.SECRET_NAME, TestProgram.SECRET)),
        port -> {
          List<String> arguments =
              new ArrayList<>(List.of(said.toString(), name, Integer.toString(port)));
          arguments.addAll(List.of(together));
          return arguments;
        },
        "/health",
        Duration.ofSeconds(20));
  }

  private void start(OwnProgram program) {
    stores.startProgram(program, stores.portOf(program.name()));
  }

  private Entry entry(String name) {
    return found(name).orElseThrow();
  }

  /** Nothing for the moment between the end of a program and its next start. */
  private Optional<Entry> found(String name) {
    try {
      return RunFolder.of(data).entries().stream().filter(it -> it.name().equals(name)).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void thoseOfOneKindLeaveAtOnceAndTheKindThatCameLastLeavesFirst() throws IOException {
    start(program("order", "order-1", said, "gateway-1", "gateway-2"));
    start(program("gateway", "gateway-1", said, "gateway-2"));
    start(program("gateway", "gateway-2", said, "gateway-1"));
    List<Ended> ended = new CopyOnWriteArrayList<>();
    stores.close(ended::add);
    assertThat(ended).allSatisfy(one -> assertThat(one.exitCode()).as(one.name()).isZero());
    assertThat(ended.subList(0, 2))
        .extracting(Ended::name)
        .containsExactlyInAnyOrder("gateway-1", "gateway-2");
    assertThat(ended.getLast().name()).isEqualTo("order-1");
    assertThat(RunFolder.of(data).entries()).isEmpty();
  }

  @Test
  void oneThatIsKilledIsStartedAgainAndTheRunFolderCounts() throws IOException {
    start(program("order", "order-1", said));
    Entry first = entry("order-1");
    assertThat(first.restarts()).isZero();
    assertThat(first.life()).as("has not said where it serves").isEqualTo(Life.STARTING);
    ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();
    Eventually.holds(
        "started again",
        PATIENCE,
        () -> found("order-1").filter(it -> it.restarts() == 1).isPresent());
    assertThat(entry("order-1").pid()).isNotEqualTo(first.pid());
  }

  /** As a JVM leaves it that is killed: it runs, and the folder is nobody's. */
  private StoreProcess leftBehind(DataFolder folder, OwnProgram program) {
    StoreProcess process =
        new StoreProcess(new JavaServer(folder, program), folder, Ticker.system());
    process.startOnItsPort(program.name(), PATIENCE);
    return process;
  }

  @Test
  void thoseThatAKilledRunLeftBehindLeaveFromTheFrontWhenTheFolderIsTaken() throws IOException {
    List<StoreProcess> left = new ArrayList<>();
    try (DataFolder folder = DataFolder.open(data)) {
      left.add(leftBehind(folder, program("order", "order-1", said)));
      left.add(leftBehind(folder, program("gateway", "gateway-1", said, "gateway-2")));
      left.add(leftBehind(folder, program("gateway", "gateway-2", said, "gateway-1")));
    }
    try (LogLines log = new LogLines(StoreProcess.class)) {
      stores.portOf("order-1");
      assertThat(log.with(" that an earlier run left behind")).hasSize(3);
      assertThat(log.with("stops order-1 process " + left.getFirst().pid())).hasSize(1);
    }
    assertThat(left).allSatisfy(one -> assertThat(one.exitCode()).as(one.name()).isZero());
    assertThat(Files.getLastModifiedTime(said.resolve("order-1 told")))
        .isGreaterThanOrEqualTo(Files.getLastModifiedTime(said.resolve("gateway-1 gone")));
    assertThat(RunFolder.of(data).entries()).isEmpty();
  }

  @Test
  void whatSomebodyElseAnswersOnItsPortIsNotTakenForIt() throws IOException {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    other.start();
    int port = other.getAddress().getPort();
    assertThatThrownBy(() -> stores.startProgram(program("order", "order-1", said), port))
        .isInstanceOf(StartupFailure.class)
        .hasMessage("order-1 cannot have port " + port + ": it is in use");
    other.stop(0);
  }

  @Test
  void whatIsSecretReachesTheProgramAndStandsOnNoCommandLine() throws IOException {
    OwnProgram program = program("order", "order-1", said);
    DataFolder unused = DataFolder.open(temp.resolve("unused"));
    try (unused) {
      JavaServer server = new JavaServer(unused, program);
      assertThat(String.join(" ", server.command(1))).doesNotContain(TestProgram.SECRET);
    }
    // It is healthy only with the secret.
    start(program);
    assertThat(ProcessHandle.of(entry("order-1").pid()).orElseThrow().info().commandLine())
        .hasValueSatisfying(line -> assertThat(line).doesNotContain(TestProgram.SECRET));
  }

  @Test
  void aProcessThatSaysWhereItServesIsRunningUntilItTakesItsLeave() throws IOException {
    RunFolder folder = RunFolder.of(data);
    folder.serves("all-8081", new Serving("all", "127.0.0.1", 8080, 9090, 8081));
    Entry own = entry("all-8081");
    assertThat(own.life()).isEqualTo(Life.RUNNING);
    assertThat(own.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(own.serving().orElseThrow().grpc()).isEqualTo(9090);
    folder.leaves("all-8081");
    assertThat(folder.entries()).isEmpty();
  }

  @Test
  void aFolderOfNobodyIsEmptyAndStaysAway() throws IOException {
    Path none = temp.resolve("none");
    RunFolder folder = RunFolder.of(none);
    folder.serves("all-8081", new Serving("all", "127.0.0.1", 8080, 9090, 8081));
    assertThat(folder.entries()).isEmpty();
    assertThat(none).doesNotExist();
  }

  @Test
  void aPortIsKeptForOneNameAlone() {
    List<Integer> ports = new ArrayList<>();
    // Of 16 384: without care two of so many would have the same, nineteen times of twenty.
    for (int i = 0; i < 300; i++) {
      ports.add(stores.portOf("order-" + i));
    }
    assertThat(ports).doesNotHaveDuplicates();
  }
}
