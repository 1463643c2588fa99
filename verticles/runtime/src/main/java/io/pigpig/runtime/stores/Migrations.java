package io.pigpig.runtime.stores;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to the schema of this build: every {@code db/migration} on the class path.
 *
 * <p>Flyway holds a lock meanwhile, so several processes may call this at once. Blocking; never on
 * an event loop.
 */
public final class Migrations {

  private static final Logger log = LoggerFactory.getLogger(Migrations.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private Migrations() {}

  /**
   * Validates what was applied, applies what is missing.
   *
   * @return how many migrations were applied now
   * @throws StartupFailure with one line: what does not fit, or that the deadline passed
   */
  public static int run(String jdbcUrl) {
    FutureTask<Integer> work = new FutureTask<>((Callable<Integer>) () -> migrate(jdbcUrl));
    Thread thread = Thread.ofPlatform().daemon().name("migrations").start(work);
    try {
      return work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new StartupFailure(
          "The database migrations did not end within " + PATIENCE.toSeconds() + " s.", e);
    } catch (ExecutionException e) {
      throw new StartupFailure("The database cannot be migrated: " + firstLine(e), e);
    } catch (InterruptedException e) {
      letEnd(work);
      throw StoreProcess.interrupted(e);
    }
  }

  /** A server that stops under a migration reads like a fault, and migrations are short. */
  private static void letEnd(FutureTask<Integer> work) {
    try {
      work.get(GRACE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      log.debug("the migrations were left: {}", e.toString());
    }
  }

  private static int migrate(String jdbcUrl) throws FlywayException {
    return Flyway.configure()
        .dataSource(jdbcUrl, null, null)
        .locations("classpath:db/migration")
        .failOnMissingLocations(false)
        .validateOnMigrate(true)
        .connectRetries(3)
        .load()
        .migrate()
        .migrationsExecuted;
  }

  private static String firstLine(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage())
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.matches("-+"))
        .limit(3)
        .collect(java.util.stream.Collectors.joining("; "));
  }
}
