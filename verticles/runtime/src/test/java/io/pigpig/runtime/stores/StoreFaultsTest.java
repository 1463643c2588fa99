package io.pigpig.runtime.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a data folder when processes die, restart or compete for it. */
class StoreFaultsTest {

  private static final Duration BACK_WITHIN = Duration.ofSeconds(20);

  @TempDir private Path data;

  @Test
  void rowsAndPortsSurviveARestart() throws SQLException {
    String firstUrl;
    try (EmbeddedStores stores = start()) {
      firstUrl = stores.postgresUrl();
      Rows.commit(stores, 1);
    }
    try (EmbeddedStores stores = start()) {
      assertThat(Rows.read(stores)).containsExactly(1);
      assertThat(stores.postgresUrl()).isEqualTo(firstUrl);
    }
  }

  @Test
  void closeLeavesNoProcess() {
    EmbeddedStores stores = start();
    List<Long> pids = pids(stores);
    stores.close();
    assertThat(pids).noneMatch(StoreFaultsTest::isAlive);
  }

  @Test
  void killedPostgresComesBackWithWhatWasCommitted() throws SQLException {
    try (EmbeddedStores stores = start()) {
      Rows.commit(stores, 1);
      kill9(stores.postgresPid().getAsLong());
      Eventually.holds("Postgres back", BACK_WITHIN, () -> stores.postgresRestarts() == 1);
      assertThat(Rows.read(stores)).containsExactly(1);
    }
  }

  @Test
  void aPostgresOneOfWhoseChildrenDiedIsStartedAgainByUs() throws SQLException {
    try (EmbeddedStores stores = start()) {
      Rows.commit(stores, 1);
      long server = stores.postgresPid().getAsLong();
      ProcessHandle child =
          ProcessHandle.of(server).orElseThrow().children().findAny().orElseThrow();
      kill9(child.pid());
      Eventually.holds("Postgres back", BACK_WITHIN, () -> stores.postgresRestarts() == 1);
      assertThat(stores.postgresPid().getAsLong()).isNotEqualTo(server);
      assertThat(Rows.read(stores)).containsExactly(1);
    }
  }

  @Test
  void killedRedisComesBack() {
    try (EmbeddedStores stores = start()) {
      long killed = stores.redisPid().getAsLong();
      kill9(killed);
      Eventually.holds("Redis back", BACK_WITHIN, () -> stores.redisRestarts() == 1);
      assertThat(stores.redisPid().getAsLong()).isNotEqualTo(killed);
    }
  }

  @Test
  void storesOfAKilledJvmAreReclaimed() throws Exception {
    Process jvm = forkedJvm();
    List<Long> left = startedPids(jvm);
    jvm.destroyForcibly();
    assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(left).allMatch(StoreFaultsTest::isAlive);
    try (EmbeddedStores stores = start()) {
      assertThat(left).noneMatch(StoreFaultsTest::isAlive);
      assertThat(Rows.read(stores)).containsExactly(7);
    }
  }

  @Test
  void storesOfAKilledJvmAreReclaimedWithoutARecord() throws Exception {
    Process jvm = forkedJvm();
    List<Long> left = startedPids(jvm);
    jvm.destroyForcibly();
    assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();
    Files.delete(data.resolve("run/postgres.process"));
    Files.delete(data.resolve("run/redis.process"));
    try (EmbeddedStores stores = start()) {
      assertThat(left).noneMatch(StoreFaultsTest::isAlive);
      assertThat(Rows.read(stores)).containsExactly(7);
    }
  }

  @Test
  void everythingKilledAtOnceStartsAgain() throws Exception {
    Process jvm = forkedJvm();
    List<Long> left = startedPids(jvm);
    jvm.destroyForcibly();
    left.forEach(StoreFaultsTest::kill9);
    assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();
    try (EmbeddedStores stores = start()) {
      assertThat(Rows.read(stores)).containsExactly(7);
    }
  }

  @Test
  void secondStartIsRefusedNamingTheFirst() throws Exception {
    Process jvm = forkedJvm();
    List<Long> running = startedPids(jvm);
    assertThat(Refusals.of(this::start)).contains("in use by process " + jvm.pid());
    assertThat(running).allMatch(StoreFaultsTest::isAlive);
    jvm.destroyForcibly();
    assertThat(jvm.waitFor(10, TimeUnit.SECONDS)).isTrue();
    start().close();
  }

  @Test
  void secondStartInOneJvmIsRefusedAndTheFirstKeepsItsLock() {
    try (EmbeddedStores first = start()) {
      String pid = Long.toString(ProcessHandle.current().pid());
      assertThat(Refusals.of(this::start)).contains("in use by process " + pid);
      assertThat(Refusals.of(this::start)).contains("in use by process " + pid);
      assertThat(pids(first)).allMatch(StoreFaultsTest::isAlive);
    }
  }

  @Test
  void strangersWithARecordedPidAreNotKilled() throws IOException {
    start().close();
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      ProcessRecord record = ProcessRecord.of(stranger.toHandle());
      record.write(data.resolve("run/postgres.process"));
      record.write(data.resolve("run/redis.process"));
      Files.writeString(data.resolve("postgres/postmaster.pid"), stranger.pid() + "\n");
      Files.writeString(data.resolve("run/redis.pid"), stranger.pid() + "\n");
      start().close();
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void portTakenByAnotherIsChosenAnew() throws IOException {
    int taken;
    try (EmbeddedStores stores = start()) {
      taken = PostgresUrl.parse(stores.postgresUrl()).port();
    }
    try (var other =
            new java.net.ServerSocket(taken, 1, java.net.InetAddress.ofLiteral("127.0.0.1"));
        EmbeddedStores stores = start()) {
      assertThat(PostgresUrl.parse(stores.postgresUrl()).port()).isNotEqualTo(other.getLocalPort());
    }
  }

  /** One that starts meanwhile would keep the others' files open: "Text file busy". */
  @Test
  void noServerIsStartedBeforeAllProgramsAreUnpacked() throws IOException {
    Path programs = Files.createFile(data.resolve("programs"));
    StoreSettings settings = new StoreSettings(data.toString(), "", "");
    assertThatThrownBy(() -> EmbeddedStores.start(settings, new ServerBinaries(programs)))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("Postgres cannot be unpacked");
    assertThat(data.resolve("run/redis.log")).doesNotExist();
  }

  @Test
  void halfMadeClusterIsMadeAnew() throws IOException, SQLException {
    Files.createDirectories(data.resolve("postgres.new/base"));
    Files.writeString(data.resolve("postgres.new/PG_VERSION"), "18\n");
    try (EmbeddedStores stores = start()) {
      Rows.commit(stores, 1);
      assertThat(data.resolve("postgres.new")).doesNotExist();
    }
  }

  private EmbeddedStores start() {
    return EmbeddedStores.start(new StoreSettings(data.toString(), "", ""), TestStores.binaries());
  }

  private Process forkedJvm() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            AbandonedStores.class.getName(),
            data.toString(),
            TestStores.binaries().folder().toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<Long> startedPids(Process jvm) throws IOException {
    BufferedReader lines = jvm.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("started ")) {
        String[] words = line.split(" ", -1);
        return List.of(Long.parseLong(words[1]), Long.parseLong(words[2]));
      }
    }
    throw new AssertionError("the forked JVM started no stores");
  }

  private static List<Long> pids(EmbeddedStores stores) {
    return List.of(stores.postgresPid().getAsLong(), stores.redisPid().getAsLong());
  }

  /** A process that has ended but was not waited for by its parent has no command any more. */
  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).flatMap(handle -> handle.info().command()).isPresent();
  }

  private static void kill9(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }
}
