-- OrderProcessing: one row an order on the hot path, and one for its key.
--
-- status: 0 fence (an order id that must never be used, see fence_orders), then OrderStatus.code.
-- lines:  'sku*quantity*unit_price_cents[*design_id]' joined by ';', written once by the placement.
--
-- One partition a calendar month of UTC, see V045: an id of version 7 is in time order, so a range of
-- ids is a span of time, and the primary key can stay what fences go by. The DEFAULT partition takes
-- what has no month yet: an order never fails for want of a partition.
--
-- Postgres skips the other months for order_id = x, but not for order_id = ANY (array) nor for most
-- joins: so some orders are looked up one by one, LATERAL with LIMIT 1, or within bounds.
CREATE TABLE orders (
  order_id    uuid PRIMARY KEY,
  customer    text NOT NULL,
  idem_key    text NOT NULL,
  fingerprint uuid NOT NULL,
  status      smallint NOT NULL,
  sequence    smallint NOT NULL DEFAULT 1,
  lines       text NOT NULL,
  total_cents bigint NOT NULL,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  -- One constraint: Postgres reads each anew in every statement that inserts. In bytes: a length in
  -- characters walks the text.
  CONSTRAINT order_within_limits CHECK (
    status BETWEEN 0 AND 6 AND total_cents >= 0
    AND octet_length(customer) <= 256 AND octet_length(idem_key) <= 256
    AND octet_length(lines) <= 8192)
) PARTITION BY RANGE (order_id);
CREATE TABLE orders_default PARTITION OF orders DEFAULT;

-- One order a key, whatever month the key comes back in: a table of its own, because a unique
-- constraint on orders would have to contain the id and so would not hold across months. The key comes
-- second, so that the index also finds a customer's orders.
CREATE TABLE order_keys (
  customer text NOT NULL,
  idem_key text NOT NULL,
  order_id uuid NOT NULL,
  CONSTRAINT one_order_a_key PRIMARY KEY (customer, idem_key)
);

-- The timeline after the placement; entry 1, the placement, is the order row itself. Goes with the
-- orders of its month.
CREATE TABLE order_event (
  order_id uuid NOT NULL,
  sequence smallint NOT NULL CHECK (sequence > 1),
  status   smallint NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (order_id, sequence)
) PARTITION BY RANGE (order_id);
CREATE TABLE order_event_default PARTITION OF order_event DEFAULT;

-- The least UUIDv7 of a moment.
CREATE FUNCTION least_order_id(moment timestamptz) RETURNS uuid
LANGUAGE sql STABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0')
          || '70008000000000000000')::uuid
$$;

-- What the lines of an order take from the stock, one row a SKU.
CREATE FUNCTION demand_of(lines text, OUT sku text, OUT quantity bigint) RETURNS SETOF record
LANGUAGE sql IMMUTABLE AS $$
  SELECT split_part(line, '*', 1), sum(split_part(line, '*', 2)::bigint)
  FROM string_to_table(lines, ';') AS line
  GROUP BY 1 ORDER BY split_part(line, '*', 1) COLLATE "C"
$$;

-- Places a batch in one transaction. Arrays in arrival order; demand_* is the demand of the whole
-- batch, one entry a SKU, SKUs ascending.
--
-- Optimistic: holds the whole demand and inserts every order; outcomes stays NULL and accepted is
-- the number of rows inserted. When a key was used, an id is fenced or the stock falls short, that
-- attempt is rolled back and the batch is decided order by order, in arrival order, with
-- outcomes: 1 accepted, 2 key used, 3 out of stock (of short_skus at its place), 4 id fenced.
--
-- Refuses the batch when the clock that made one of its ids is off by more than 30 s: the expiry
-- sweep would not find that order in time, or ever. Looks at every id, because a clock can jump
-- while a batch gathers.
CREATE FUNCTION place_orders(
  ids uuid[], customers text[], keys text[], fingerprints uuid[], all_lines text[],
  totals bigint[], demand_skus text[], demand_quantities bigint[], payment_window_ms bigint,
  OUT accepted int, OUT outcomes smallint[], OUT short_skus text[], OUT placed_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  n int := cardinality(ids);
  earliest uuid := least_order_id(now() - interval '30 seconds');
  latest uuid := least_order_id(now() + interval '30 seconds');
  wrong uuid;
  until timestamptz;
  short_sku text;
BEGIN
  IF earliest > ANY (ids) OR latest < ANY (ids) THEN
    SELECT u.id INTO wrong FROM unnest(ids) AS u (id)
      WHERE u.id NOT BETWEEN earliest AND latest LIMIT 1;
    RAISE EXCEPTION 'order id % was made by a clock that is off by more than 30 s', wrong;
  END IF;
  placed_at := date_trunc('milliseconds', now());
  until := placed_at + payment_window_ms * interval '1 millisecond';
  BEGIN
    PERFORM move_stock(demand_skus, demand_quantities, array_fill(0::bigint, ARRAY[cardinality(demand_skus)]));
    WITH o AS MATERIALIZED (
      SELECT * FROM unnest(ids, customers, keys, fingerprints, all_lines, totals)
        AS u (id, customer, key, fingerprint, lines, total)
    ), claimed AS (
      INSERT INTO order_keys SELECT o.customer, o.key, o.id FROM o
    )
    INSERT INTO orders (order_id, customer, idem_key, fingerprint, status, lines, total_cents,
                        created_at, expires_at)
    SELECT o.id, o.customer, o.key, o.fingerprint, 1, o.lines, o.total, placed_at, until FROM o;
    GET DIAGNOSTICS accepted = ROW_COUNT;
    INSERT INTO outbox (status, order_ids, skus, units)
      VALUES (1, ids, demand_skus, demand_quantities);
    RETURN;
  EXCEPTION WHEN unique_violation OR check_violation THEN
    accepted := 0;
    outcomes := array_fill(3::smallint, ARRAY[n]);
    short_skus := array_fill(NULL::text, ARRAY[n]);
  END;

  PERFORM 1 FROM stock WHERE sku = ANY (demand_skus) ORDER BY sku COLLATE "C" FOR UPDATE;
  FOR i IN 1 .. n LOOP
    IF EXISTS (SELECT FROM order_keys WHERE customer = customers[i] AND idem_key = keys[i]) THEN
      outcomes[i] := 2;
      CONTINUE;
    END IF;
    SELECT d.sku INTO short_sku FROM demand_of(all_lines[i]) d LEFT JOIN stock s USING (sku)
      WHERE s.sku IS NULL OR s.held + s.sold + d.quantity > s.total LIMIT 1;
    IF FOUND THEN
      short_skus[i] := short_sku;
      CONTINUE;
    END IF;
    INSERT INTO order_keys VALUES (customers[i], keys[i], ids[i]) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      outcomes[i] := 2;
      CONTINUE;
    END IF;
    INSERT INTO orders (order_id, customer, idem_key, fingerprint, status, lines, total_cents,
                        created_at, expires_at)
    VALUES (ids[i], customers[i], keys[i], fingerprints[i], 1, all_lines[i], totals[i],
            placed_at, until)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      DELETE FROM order_keys WHERE customer = customers[i] AND idem_key = keys[i];
      outcomes[i] := 4;
      CONTINUE;
    END IF;
    UPDATE stock s SET held = s.held + d.quantity FROM demand_of(all_lines[i]) d
      WHERE s.sku = d.sku;
    outcomes[i] := 1;
    accepted := accepted + 1;
  END LOOP;
  IF accepted > 0 THEN
    INSERT INTO outbox (status, order_ids, skus, units)
      SELECT 1, (SELECT array_agg(ids[i]) FROM generate_series(1, n) i WHERE outcomes[i] = 1),
             array_agg(t.sku), array_agg(t.q)
      FROM (SELECT d.sku, sum(d.quantity)::bigint AS q
            FROM generate_series(1, n) i, demand_of(all_lines[i]) d WHERE outcomes[i] = 1
            GROUP BY d.sku) t;
  END IF;
END $$;

-- Decides orders whose commit was not seen: whoever owns the primary key wins. An id without an
-- order is taken by a fence, so that a transaction still under way can no longer use it. Waits for
-- such a transaction to end. Answers the ids that are orders. A fence has no key. The id alone decides
-- the partition, so both meet in one index, also when midnight passes between them.
CREATE FUNCTION fence_orders(ids uuid[]) RETURNS SETOF orders
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO orders (order_id, customer, idem_key, fingerprint, status, lines, total_cents,
                      created_at, expires_at)
  SELECT u.id, '', '', u.id, 0, '', 0, now(), now() FROM unnest(ids) AS u (id)
  ORDER BY u.id
  ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT o.* FROM unnest(ids) AS u (id)
    CROSS JOIN LATERAL (SELECT * FROM orders WHERE order_id = u.id AND status <> 0 LIMIT 1) AS o;
END $$;
