package io.pigpig.runtime.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data folders that cannot be used: one line each. */
class DataFolderTest {

  @TempDir private Path temp;

  @Test
  void fileIsRefused() throws IOException {
    Path file = Files.writeString(temp.resolve("data"), "");
    assertThat(refusal(file))
        .isEqualTo("The data folder " + file + " is a file; choose another --data.");
  }

  @Test
  void unwritableParentIsRefused() {
    assertThat(refusal(Path.of("/proc/pigpig"))).contains("The data folder /proc/pigpig cannot be");
  }

  @Test
  void clusterOfAnotherMajorVersionIsRefused() throws IOException {
    Files.createDirectories(temp.resolve("postgres"));
    Files.writeString(temp.resolve("postgres/PG_VERSION"), "15\n");
    assertThat(refusal(temp)).contains("was made by Postgres 15, this is Postgres 18");
  }

  @Test
  void folderOfSomethingElseIsRefused() throws IOException {
    Files.createDirectories(temp.resolve("postgres"));
    Files.writeString(temp.resolve("postgres/thesis.txt"), "mine");
    assertThat(refusal(temp)).contains("is not a Postgres data folder");
    assertThat(temp.resolve("postgres/thesis.txt")).hasContent("mine");
  }

  /** The kernel answers every write to /dev/full as a full disk does. */
  @Test
  void fullDiskIsNamedAsSuch() {
    Path full = Path.of("/dev/full");
    IOException answer =
        catchThrowableOfType(IOException.class, () -> Files.writeString(full, "one line"));
    assertThat(StartupFailure.ofFile("A file cannot be written", full, answer))
        .hasMessage(
            "The disk that holds /dev/full is full; free some space or choose another --data.");
  }

  private static String refusal(Path data) {
    return Refusals.of(
        () ->
            EmbeddedStores.start(
                new StoreSettings(data.toString(), "", ""), TestStores.binaries()));
  }
}
