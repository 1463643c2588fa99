package io.pigpig.runtime.stores;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Rows of a table of the tests' own, committed and read back. */
final class Rows {

  private Rows() {}

  static void commit(EmbeddedStores stores, int value) throws SQLException {
    try (var connection = DriverManager.getConnection(stores.jdbcUrl());
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS kept (value int)");
      statement.execute("INSERT INTO kept VALUES (" + value + ")");
    }
  }

  static List<Integer> read(EmbeddedStores stores) throws SQLException {
    List<Integer> values = new ArrayList<>();
    try (var connection = DriverManager.getConnection(stores.jdbcUrl());
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT value FROM kept ORDER BY value")) {
      while (rows.next()) {
        values.add(rows.getInt(1));
      }
    }
    return values;
  }
}
