package io.pigpig.stock.postgres;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.postgres.PgLink;
import io.pigpig.stock.HoldLedger;
import io.pigpig.stock.StockHolds.Code;
import io.pigpig.stock.StockSettings;
import io.pigpig.stock.Take;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Holds in Postgres ({@code V032__holds.sql}). Bound to the event loop of its link. */
public final class PostgresHoldLedger implements HoldLedger {

  private static final String HOLD =
      "SELECT try_hold($1::uuid, $2::text[], $3::bigint[], $4::bigint) AS code";
  private static final String CONFIRM =
      "SELECT code, taken, skus, units FROM confirm_hold($1::uuid)";
  private static final String CANCEL =
      "SELECT code, given_back, skus, units FROM cancel_hold($1::uuid)";
  private static final String EXPIRE =
      "SELECT expired, more, sku, quantity FROM expire_holds($1::bigint, $2::int)";

  private final PgLink link;
  private final StockSettings settings;

  public PostgresHoldLedger(PgLink link, StockSettings settings) {
    this.link = link;
    this.settings = settings;
  }

  @Override
  public Future<Answer> hold(UUID orderId, List<Take> lines, Duration time) {
    // The names are ASCII, so their order is that of Postgres' "C".
    TreeMap<String, Long> demand = new TreeMap<>();
    lines.forEach(take -> demand.merge(take.sku().value(), (long) take.quantity(), Long::sum));
    Tuple arguments =
        Tuple.tuple()
            .addUUID(orderId)
            .addArrayOfString(demand.keySet().toArray(String[]::new))
            .addArrayOfLong(demand.values().toArray(Long[]::new))
            .addLong(time.toMillis());
    return link.query(HOLD, arguments)
        .map(
            rows -> {
              Code code = Code.valueOf(rows.iterator().next().getString("code"));
              Map<Sku, Long> taken = new HashMap<>();
              if (code == Code.HELD) {
                demand.forEach((sku, units) -> taken.put(new Sku(sku), -units));
              }
              return new Answer(code, taken);
            });
  }

  @Override
  public Future<Answer> confirm(UUID orderId) {
    return link.query(CONFIRM, Tuple.of(orderId))
        .map(rows -> toAnswer(rows.iterator().next(), "taken", -1));
  }

  @Override
  public Future<Answer> cancel(UUID orderId) {
    return link.query(CANCEL, Tuple.of(orderId))
        .map(rows -> toAnswer(rows.iterator().next(), "given_back", 1));
  }

  private static Answer toAnswer(Row row, String moved, int sign) {
    Map<Sku, Long> freed = new HashMap<>();
    if (row.getBoolean(moved)) {
      String[] skus = row.getArrayOfStrings("skus");
      Long[] units = row.getArrayOfLongs("units");
      for (int i = 0; i < skus.length; i++) {
        freed.put(new Sku(skus[i]), sign * units[i]);
      }
    }
    return new Answer(Code.valueOf(row.getString("code")), freed);
  }

  @Override
  public Future<Expired> expireSome() {
    return link.query(EXPIRE, Tuple.of(settings.holdKept().toMillis(), settings.holdSweepMax()))
        .map(
            rows -> {
              long holds = 0;
              boolean more = false;
              Map<Sku, Long> units = new HashMap<>();
              for (Row row : rows) {
                String sku = row.getString("sku");
                if (sku == null) {
                  holds = row.getLong("expired");
                  more = row.getBoolean("more");
                } else {
                  units.put(new Sku(sku), row.getLong("quantity"));
                }
              }
              return new Expired(holds, units, more);
            });
  }
}
