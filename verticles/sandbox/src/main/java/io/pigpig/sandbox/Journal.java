package io.pigpig.sandbox;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The ledger's file: one line an entry, appended and forced to the disk. Opening cuts off a last
 * line without its end, which a crash left and nobody was answered for. Blocking; one caller at a
 * time.
 */
final class Journal implements AutoCloseable {

  private final FileChannel file;
  private final List<Entry> kept = new ArrayList<>();

  /**
   * @throws IOException if the file cannot be used, or holds a line that is no entry
   */
  Journal(Path path) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long end = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          kept.add(entry(path, line.toString(StandardCharsets.UTF_8)));
          end += line.size() + 1;
          line.reset();
        } else {
          line.write(next);
        }
      }
    }
    file.truncate(end);
    file.position(end);
  }

  private Entry entry(Path path, String line) throws IOException {
    try {
      Entry entry = Entry.read(line);
      if (entry.sequence() == kept.size() + 1) {
        return entry;
      }
    } catch (RuntimeException e) {
      throw new IOException(path + " line " + (kept.size() + 1) + " is no entry", e);
    }
    throw new IOException(path + " line " + (kept.size() + 1) + " is out of sequence");
  }

  /** What the file held when it was opened, oldest first. */
  List<Entry> kept() {
    return kept;
  }

  /** Returns once the entries are on the disk. */
  void append(List<Entry> entries) {
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(entry.line()).append('\n'));
    ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
