package io.pigpig.perf;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;

/** A real Postgres of one test. */
public final class TestPostgres {

  private TestPostgres() {}

  /**
   * Starts one that keeps its word.
   *
   * @param folder for its programs too, which the library leaves behind elsewhere
   */
  public static EmbeddedPostgres start(Path folder) throws IOException {
    // The library switches all three off by default.
    return EmbeddedPostgres.builder()
        .setOverrideWorkingDirectory(folder.toFile())
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on")
        .start();
  }
}
