package io.pigpig.runtime.postgres;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Deadlines of the connections to Postgres. */
public record PgLinkSettings(
    @Setting(
            about = "Longest wait for a connection to Postgres.",
            byDefault = "2s",
            min = 50,
            max = 60_000)
        Duration connectTimeout,
    @Setting(
            about = "Longest wait for the answer to one statement; then the connection is dropped.",
            byDefault = "4s",
            min = 50,
            max = 600_000)
        Duration answerTimeout,
    @Setting(
            about = "statement_timeout that Postgres itself holds our statements to.",
            byDefault = "3s",
            min = 50,
            max = 600_000)
        Duration statementTimeout,
    @Setting(
            about = "lock_timeout that Postgres itself holds our statements to.",
            byDefault = "2s",
            min = 10,
            max = 600_000)
        Duration lockTimeout) {

  public PgLinkSettings {
    if (statementTimeout.compareTo(answerTimeout) >= 0) {
      throw new IllegalArgumentException(
          "statement-timeout ("
              + statementTimeout.toMillis()
              + " ms) must be below answer-timeout ("
              + answerTimeout.toMillis()
              + " ms), so that Postgres gives up before we drop the connection");
    }
  }
}
