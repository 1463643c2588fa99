package io.pigpig.runtime.stores;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** A JVM that starts the stores, commits a row, says so, and never closes them. */
final class AbandonedStores {

  private AbandonedStores() {}

  /** Arguments: the data folder, the folder of the programs. Ends when its input ends. */
  public static void main(String[] args) throws IOException, SQLException {
    EmbeddedStores stores =
        EmbeddedStores.start(
            new StoreSettings(args[0], "", ""), new ServerBinaries(Path.of(args[1])));
    Rows.commit(stores, 7);
    System.out.println(
        "started " + stores.postgresPid().getAsLong() + " " + stores.redisPid().getAsLong());
    System.out.flush();
    if (System.in.read() != -1) {
      throw new IllegalStateException("nobody should write here");
    }
  }
}
