package io.pigpig.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.perf.load.HistoryFile.Entry;
import io.pigpig.perf.load.HistoryFile.Header;
import io.pigpig.perf.load.HistoryFile.Outcome;
import io.pigpig.perf.load.record.HistoryWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {

  private static final UUID ID = UUID.fromString("01900000-0000-7000-8000-00000000abcd");
  private static final Header HEADER =
      new Header(new OrderKeys(1_700_000_000, "run-7"), List.of("TEE-1", "TEE-2", "TEE-3"));

  @TempDir private Path folder;

  @Test
  void whatWasWrittenIsRead() throws IOException {
    Path file = folder.resolve("history");
    try (HistoryWriter writer = HistoryWriter.create(file, HEADER)) {
      writer.append(1, Outcome.ACCEPTED, ID);
      writer.append(5, Outcome.REFUSED, null);
      writer.append(3, Outcome.UNKNOWN, null);
    }
    assertThat(HistoryFile.header(file).keys().prefix()).isEqualTo("1700000000-run-7-");
    assertThat(read(file))
        .containsExactly(
            new Entry(1, "TEE-1", Outcome.ACCEPTED, ID),
            new Entry(5, "TEE-2", Outcome.REFUSED, null),
            new Entry(3, "TEE-3", Outcome.UNKNOWN, null));
  }

  @Test
  void moreThanFitsIntoOneChunkIsAllThere() throws IOException {
    Path file = folder.resolve("history");
    int orders = 100_000;
    try (HistoryWriter writer = HistoryWriter.create(file, HEADER)) {
      for (int n = 1; n <= orders; n++) {
        writer.append(n, Outcome.ACCEPTED, new UUID(7, n));
      }
    }
    List<Entry> entries = read(file);
    assertThat(entries).hasSize(orders);
    assertThat(entries.getLast().number()).isEqualTo(orders);
    assertThat(entries.getLast().orderId()).isEqualTo(new UUID(7, orders));
  }

  @Test
  void aFileThatEndsWithinAnOrderIsNoHistory() throws IOException {
    Path file = folder.resolve("history");
    try (HistoryWriter writer = HistoryWriter.create(file, HEADER)) {
      writer.append(1, Outcome.ACCEPTED, ID);
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ends within an order");
  }

  @Test
  void anotherRunsHistoryIsNotOverwritten() throws IOException {
    Path file = Files.createFile(folder.resolve("history"));
    assertThatThrownBy(() -> HistoryWriter.create(file, HEADER))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  private static List<Entry> read(Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    HistoryFile.read(file, entries::add);
    return entries;
  }
}
