package io.pigpig.order;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The rules of {@code docs/adr/0021-outgrowing-one-primary.md}, asked of the catalog of a migrated
 * database and of the statements that are sent to it: what would not work, or not fast, once the
 * tables of orders and stock are spread over several servers.
 */
final class SqlLimits {

  /** Spread by a hash of this column. */
  static final Map<String, String> DISTRIBUTED =
      Map.of(
          "orders", "order_id",
          "order_event", "order_id",
          "saga", "order_id",
          "saga_action", "order_id",
          "payment_entry", "order_id",
          "order_keys", "customer",
          "stock", "sku",
          "hold", "order_id");

  /** Small and seldom written: a copy on every server. Designs are files, and of another module. */
  static final Set<String> REFERENCE =
      Set.of("product", "variant", "catalog_version", "price", "discount", "price_version");

  /** On one server: what is read in order, or whose rows are leases and positions. */
  static final Set<String> LOCAL =
      Set.of(
          "outbox",
          "outbox_lease",
          "stock_gate",
          "expiry_cursor",
          "payment_statement",
          "order_month",
          "retired_units",
          "flyway_schema_history");

  /** What walks over many orders. Each runs on every server over its own rows, see the ADR. */
  static final Set<String> SWEEPS =
      Set.of(
          "expire_orders",
          "expire_holds",
          "claim_sagas",
          "create_order_month",
          "retire_some_orders",
          "make_order_months",
          "retire_order_months",
          "payment_drift",
          "PostgresAudit.CHECKS",
          "PostgresOrderLedger.LIST_ALL",
          "stray_payments",
          "PostgresSagaLedger.LIST_ENDED",
          "PostgresSagaLedger.LIST_LIVE",
          "PostgresSagaLedger.VIEW",
          "PostgresStockLedger.NEXT_EPOCH",
          "PostgresStockLedger.SNAPSHOT");

  /** Lock rows of several servers in one statement; to be asked server by server, see the ADR. */
  static final Set<String> LOCK_MANY = Set.of("place_orders", "hint_sagas");

  private static final String NAMES = String.join("|", new TreeSet<>(DISTRIBUTED.keySet()));
  private static final Pattern USES =
      Pattern.compile("\\b(?:FROM|JOIN|UPDATE|INTO|USING)\\s+(" + NAMES + ")\\b");

  private final Connection db;

  SqlLimits(Connection db) {
    this.db = db;
  }

  /** One line a violation. */
  List<String> violations(Map<String, String> statements) throws SQLException {
    List<String> found = new ArrayList<>();
    found.addAll(tablesWithoutAPlace());
    found.addAll(uniqueWithoutItsColumn());
    found.addAll(foreignKeysAcross());
    found.addAll(triggers());
    found.addAll(countersInDistributedTables());
    Map<String, String> texts = new TreeMap<>(statements);
    texts.putAll(functionsAndViews());
    texts.forEach((name, text) -> found.addAll(unrouted(name, text)));
    return found;
  }

  private List<String> tablesWithoutAPlace() throws SQLException {
    Set<String> known = new TreeSet<>(DISTRIBUTED.keySet());
    known.addAll(REFERENCE);
    known.addAll(LOCAL);
    Set<String> tables =
        new TreeSet<>(
            column(
                "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
                    + " AND c.relkind IN ('r', 'p') AND NOT c.relispartition"));
    List<String> found = new ArrayList<>();
    tables.stream().filter(t -> !known.contains(t)).forEach(t -> found.add(t + ": has no place"));
    known.stream().filter(t -> !tables.contains(t)).forEach(t -> found.add(t + ": is not there"));
    return found;
  }

  private List<String> uniqueWithoutItsColumn() throws SQLException {
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, String> table : DISTRIBUTED.entrySet()) {
      column(
              "SELECT i.indexrelid::regclass FROM pg_index i WHERE i.indrelid = '%s'::regclass"
                      .formatted(table.getKey())
                  + " AND (i.indisunique OR i.indisexclusion) AND NOT EXISTS (SELECT FROM"
                  + " pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
                  + " AND a.attname = '%s')".formatted(table.getValue()))
          .forEach(index -> found.add(index + ": unique without " + table.getValue()));
    }
    return found;
  }

  /** Allowed: on a reference table, and among tables that are spread alike, by their column. */
  private List<String> foreignKeysAcross() throws SQLException {
    List<String> found = new ArrayList<>();
    for (String key :
        column(
            "SELECT conname || ' ' || conrelid::regclass || ' ' || confrelid::regclass || ' '"
                + " || (SELECT string_agg(attname, ',') FROM pg_attribute"
                + " WHERE attrelid = conrelid AND attnum = ANY (conkey))"
                + " FROM pg_constraint WHERE contype = 'f' AND conparentid = 0")) {
      String[] part = key.split(" ", 4);
      String column = DISTRIBUTED.get(part[1]);
      boolean alike = column != null && column.equals(DISTRIBUTED.get(part[2]));
      boolean byColumn = column != null && List.of(part[3].split(",", -1)).contains(column);
      boolean local = column == null && !DISTRIBUTED.containsKey(part[2]);
      if (!local && !REFERENCE.contains(part[2]) && !(alike && byColumn)) {
        found.add(part[0] + ": foreign key of " + part[1] + " across servers");
      }
    }
    return found;
  }

  private List<String> triggers() throws SQLException {
    return column(
            "SELECT tgname || ': trigger on ' || tgrelid::regclass FROM pg_trigger"
                + " WHERE NOT tgisinternal AND tgparentid = 0 AND tgrelid = ANY (%s)"
                    .formatted(distributedTables())
                + " UNION ALL SELECT rulename || ': rule on ' || ev_class::regclass FROM pg_rewrite"
                + " WHERE ev_class = ANY (%s)".formatted(distributedTables()))
        .stream()
        .sorted()
        .toList();
  }

  private List<String> countersInDistributedTables() throws SQLException {
    return column(
        "SELECT attrelid::regclass || '.' || attname || ': counts by a sequence'"
            + " FROM pg_attribute a"
            + " LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum"
            + " WHERE attrelid = ANY (%s)".formatted(distributedTables())
            + " AND (attidentity <> '' OR pg_get_expr(adbin, adrelid) LIKE 'nextval(%')");
  }

  private static String distributedTables() {
    return DISTRIBUTED.keySet().stream()
        .sorted()
        .collect(Collectors.joining("','", "ARRAY['", "']::regclass[]"));
  }

  private Map<String, String> functionsAndViews() throws SQLException {
    Map<String, String> texts = new TreeMap<>();
    try (Statement statement = db.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                    + " UNION ALL SELECT viewname, definition FROM pg_views"
                    + " WHERE schemaname = 'public'")) {
      while (rows.next()) {
        texts.merge(rows.getString(1), rows.getString(2), (a, b) -> a + ";" + b);
      }
    }
    return texts;
  }

  /** A statement on distributed tables must fix the column that says where their rows are. */
  private static List<String> unrouted(String name, String text) {
    if (SWEEPS.contains(name)) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    for (String statement : text.replaceAll("--[^\n]*", " ").split(";", -1)) {
      String sql = statement.replaceAll("\\s+", " ").trim();
      Set<String> tables = new TreeSet<>();
      USES.matcher(sql).results().forEach(use -> tables.add(use.group(1)));
      for (String table : tables) {
        String column = Objects.requireNonNull(DISTRIBUTED.get(table));
        if (!fixes(sql, table, column)) {
          found.add(name + ": " + table + " without " + column + " = in: " + brief(sql));
        }
        boolean locks = sql.matches(".*\\bFOR (NO KEY )?(UPDATE|SHARE|KEY SHARE)\\b.*");
        boolean one =
            sql.matches(".*\\b" + column + " = (?!ANY)[\\w.]+.*") && !sql.contains("JOIN ");
        if (locks && !one && !LOCK_MANY.contains(name)) {
          found.add(name + ": locks " + table + " across servers");
        }
      }
    }
    return found;
  }

  private static boolean fixes(String sql, String table, String column) {
    boolean inserts = sql.contains("INSERT INTO " + table);
    boolean equals = sql.matches("(?s).*\\b" + column + "\\)? ?= .*");
    boolean equalled = sql.matches("(?s).*= (\\w+\\.)?" + column + "\\b.*");
    boolean joins = sql.matches("(?s).*USING \\([^)]*\\b" + column + "\\b.*");
    return inserts || equals || equalled || joins;
  }

  private static String brief(String sql) {
    return sql.length() <= 100 ? sql : sql.substring(0, 100).toLowerCase(Locale.ROOT);
  }

  private List<String> column(String sql) throws SQLException {
    try (Statement statement = db.createStatement();
        var rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
