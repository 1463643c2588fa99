package io.pigpig.perf;

import io.pigpig.perf.store.PostgresSession;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads every order, hold and charge where they are written: in the stack's Postgres and in the
 * payment provider's own ledger, not in what the stack says of them. Blocking; owned by one thread.
 */
final class Books implements AutoCloseable {

  private static final int PAGE = 1_000;
  private static final int SHOWN_MAX = 20;

  /**
   * The moment from which units were nobody's or somebody's for good, against the end of the time
   * they were promised for: of an order its first change, of a hold its end. What is still open is
   * as late as now.
   */
  private static final String SETTLED =
      """
      SELECT 'order ' || o.order_id AS what, o.expires_at AS due, coalesce(e.at, now()) AS at
      FROM orders o LEFT JOIN order_event e ON e.order_id = o.order_id AND e.sequence = 2
      WHERE o.status <> 0 AND coalesce(e.at, now()) > o.expires_at
      UNION ALL
      SELECT 'hold ' || order_id, expires_at, coalesce(ended_at, now()) FROM hold
      WHERE state IN (1, 4) AND coalesce(ended_at, now()) > expires_at
      """;

  private static final String LATE =
      "SELECT what, due, at FROM (" + SETTLED + ") AS s WHERE at - due > $1::int * interval '1 ms'";
  private static final String EXPIRED =
      "SELECT count(*) AS n, max(extract(epoch FROM at - due)) AS longest FROM ("
          + SETTLED
          + ") AS s";

  private static final String SOLD =
      "SELECT order_id::text AS id, total_cents FROM orders WHERE status IN (2, 3, 4)";

  private static final String LEASES =
      "SELECT count(*) AS n FROM saga"
          + " WHERE step < 6 AND lease_until > now() AND owner LIKE $1::text";

  /** A part of the stack was not there. */
  record Outage(Instant from, Instant until) {

    /** How much of the time between two moments was in any outage; none is counted twice. */
    static Duration within(Instant start, Instant end, List<Outage> outages) {
      Duration away = Duration.ZERO;
      Instant counted = start;
      for (Outage outage : outages.stream().sorted(Comparator.comparing(Outage::from)).toList()) {
        Instant first = outage.from.isAfter(counted) ? outage.from : counted;
        Instant last = outage.until.isBefore(end) ? outage.until : end;
        if (last.isAfter(first)) {
          away = away.plus(Duration.between(first, last));
          counted = last;
        }
      }
      return away;
    }
  }

  /**
   * How long after their time orders and holds were settled.
   *
   * @param settledAfter how many were settled after their time was over
   * @param longest of them, outages included
   */
  record Lateness(long settledAfter, Duration longest, List<String> violations) {
    Lateness {
      violations = List.copyOf(violations);
    }
  }

  private final PostgresSession postgres;

  /** Throws IOException when Postgres cannot be reached. */
  Books(String postgresUrl) throws IOException {
    postgres = PostgresSession.open(postgresUrl);
  }

  /** Which orders and holds were settled later than allowed, outages not counted. */
  Lateness lateness(Duration allowed, List<Outage> outages) throws IOException {
    List<String> violations = new ArrayList<>();
    for (Row row : postgres.ask(LATE, (int) allowed.toMillis())) {
      Instant due = row.getOffsetDateTime("due").toInstant();
      Instant at = row.getOffsetDateTime("at").toInstant();
      Duration late = Duration.between(due, at).minus(Outage.within(due, at, outages));
      if (late.compareTo(allowed) > 0) {
        violations.add(
            row.getString("what") + " was settled " + late + " after its time, at " + at);
      }
    }
    Row all = postgres.ask(EXPIRED).iterator().next();
    double longest =
        all.getNumeric("longest") == null ? 0 : all.getNumeric("longest").doubleValue();
    return new Lateness(
        all.getLong("n"), Duration.ofMillis((long) (longest * 1_000)), shown(violations));
  }

  /** Orders that were charged more or less than what they are worth sold, in cents. */
  List<String> chargeErrors(HttpShop payment) throws IOException {
    Map<String, Long> owed = new HashMap<>();
    for (Row row : postgres.ask(SOLD)) {
      owed.put(row.getString("id"), row.getLong("total_cents"));
    }
    charged(payment).forEach((order, cents) -> owed.merge(order, -cents, Long::sum));
    List<String> violations = new ArrayList<>();
    owed.forEach(
        (order, cents) -> {
          if (cents != 0) {
            violations.add("order " + order + " is charged " + -cents + " cents too much");
          }
        });
    return shown(violations);
  }

  /**
   * What the provider has taken and not given back, in cents by order. Its ledger says of each
   * charge one after the other what it became.
   */
  private static Map<String, Long> charged(HttpShop payment) throws IOException {
    Map<String, JsonObject> newest = new HashMap<>();
    long after = 0;
    while (true) {
      HttpShop.Answer page = payment.get("/v1/ledger?after=" + after + "&limit=" + PAGE, "");
      if (page.status() != 200) {
        throw new IOException("the provider's ledger answered " + page.status());
      }
      JsonArray entries = page.body().getJsonArray("entries");
      for (int i = 0; i < entries.size(); i++) {
        newest.put(entries.getJsonObject(i).getString("key"), entries.getJsonObject(i));
      }
      if (entries.size() < PAGE) {
        break;
      }
      after = page.body().getLong("next");
    }
    Map<String, Long> cents = new HashMap<>();
    for (JsonObject entry : newest.values()) {
      if (entry.getString("status").equals("CHARGED")) {
        cents.merge(entry.getString("orderId"), entry.getLong("amountCents"), Long::sum);
      }
    }
    return cents;
  }

  /** Steps of sagas that the process of this id has leased now. */
  long leasesOf(long pid) throws IOException {
    return postgres.ask(LEASES, pid + "-%").iterator().next().getLong("n");
  }

  private static List<String> shown(List<String> violations) {
    if (violations.size() <= SHOWN_MAX) {
      return violations;
    }
    List<String> shown = new ArrayList<>(violations.subList(0, SHOWN_MAX));
    shown.add("and " + (violations.size() - SHOWN_MAX) + " more like these");
    return shown;
  }

  @Override
  public void close() {
    postgres.close();
  }
}
