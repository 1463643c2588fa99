-- OrderProcessing: one row an order on the hot path.
--
-- status: 0 fence (an order id that must never be used, see fence_orders), then OrderStatus.code.
-- lines:  'sku*quantity*unit_price_cents[*design_id]' joined by ';', written once by the placement.
CREATE TABLE orders (
  order_id    uuid PRIMARY KEY,
  customer    text NOT NULL CHECK (length(customer) <= 64),
  idem_key    text NOT NULL CHECK (length(idem_key) <= 64),
  fingerprint uuid NOT NULL,
  status      smallint NOT NULL CHECK (status BETWEEN 0 AND 6),
  sequence    smallint NOT NULL DEFAULT 1,
  lines       text NOT NULL CHECK (length(lines) <= 8192),
  total_cents bigint NOT NULL CHECK (total_cents >= 0),
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  CONSTRAINT one_order_a_key UNIQUE (customer, idem_key)
)
-- Room on the page for the status changes that follow the placement.
WITH (fillfactor = 85);

-- The timeline after the placement; entry 1, the placement, is the order row itself.
CREATE TABLE order_event (
  order_id uuid NOT NULL,
  sequence smallint NOT NULL CHECK (sequence > 1),
  status   smallint NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (order_id, sequence)
);

-- How far the expiry sweep has come, see expire_orders. lag_ms is how far behind the clock a cursor
-- walks, asked_at when a sweep last had this lag.
CREATE TABLE expiry_cursor (
  lag_ms   bigint PRIMARY KEY CHECK (lag_ms > 0),
  position uuid NOT NULL,
  asked_at timestamptz NOT NULL
);

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
-- Refuses the batch when the clock that made its ids is off by more than 30 s: the expiry
-- sweep would not find these orders in time.
CREATE FUNCTION place_orders(
  ids uuid[], customers text[], keys text[], fingerprints uuid[], all_lines text[],
  totals bigint[], demand_skus text[], demand_quantities bigint[], payment_window_ms bigint,
  OUT accepted int, OUT outcomes smallint[], OUT short_skus text[], OUT placed_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  n int := cardinality(ids);
  until timestamptz;
  short_sku text;
BEGIN
  IF ids[1] NOT BETWEEN least_order_id(now() - interval '30 seconds')
                    AND least_order_id(now() + interval '30 seconds') THEN
    RAISE EXCEPTION 'order id % was made by a clock that is off by more than 30 s', ids[1];
  END IF;
  placed_at := date_trunc('milliseconds', now());
  until := placed_at + payment_window_ms * interval '1 millisecond';
  BEGIN
    PERFORM move_stock(demand_skus, demand_quantities, array_fill(0::bigint, ARRAY[cardinality(demand_skus)]));
    INSERT INTO orders (order_id, customer, idem_key, fingerprint, status, lines, total_cents,
                        created_at, expires_at)
    SELECT o.id, o.customer, o.key, o.fingerprint, 1, o.lines, o.total, placed_at, until
    FROM unnest(ids, customers, keys, fingerprints, all_lines, totals)
      AS o (id, customer, key, fingerprint, lines, total);
    GET DIAGNOSTICS accepted = ROW_COUNT;
    RETURN;
  EXCEPTION WHEN unique_violation OR check_violation THEN
    accepted := 0;
    outcomes := array_fill(3::smallint, ARRAY[n]);
    short_skus := array_fill(NULL::text, ARRAY[n]);
  END;

  PERFORM 1 FROM stock WHERE sku = ANY (demand_skus) ORDER BY sku COLLATE "C" FOR UPDATE;
  FOR i IN 1 .. n LOOP
    IF EXISTS (SELECT FROM orders WHERE customer = customers[i] AND idem_key = keys[i]) THEN
      outcomes[i] := 2;
      CONTINUE;
    END IF;
    SELECT d.sku INTO short_sku FROM demand_of(all_lines[i]) d LEFT JOIN stock s USING (sku)
      WHERE s.sku IS NULL OR s.held + s.sold + d.quantity > s.total LIMIT 1;
    IF FOUND THEN
      short_skus[i] := short_sku;
      CONTINUE;
    END IF;
    INSERT INTO orders (order_id, customer, idem_key, fingerprint, status, lines, total_cents,
                        created_at, expires_at)
    VALUES (ids[i], customers[i], keys[i], fingerprints[i], 1, all_lines[i], totals[i],
            placed_at, until)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      outcomes[i] := CASE WHEN EXISTS (SELECT FROM orders WHERE order_id = ids[i]) THEN 4 ELSE 2 END;
      CONTINUE;
    END IF;
    UPDATE stock s SET held = s.held + d.quantity FROM demand_of(all_lines[i]) d
      WHERE s.sku = d.sku;
    outcomes[i] := 1;
    accepted := accepted + 1;
  END LOOP;
END $$;

-- Decides orders whose commit was not seen: whoever owns the primary key wins. An id without an
-- order is taken by a fence, so that a transaction still under way can no longer use it. Waits for
-- such a transaction to end. Answers the ids that are orders.
CREATE FUNCTION fence_orders(ids uuid[]) RETURNS SETOF orders
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO orders (order_id, customer, idem_key, fingerprint, status, lines, total_cents,
                      created_at, expires_at)
  SELECT u.id, '', u.id::text, u.id, 0, '', 0, now(), now() FROM unnest(ids) AS u (id)
  ORDER BY u.id
  ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT * FROM orders WHERE order_id = ANY (ids) AND status <> 0;
END $$;

-- Pays (wanted 2) or cancels (wanted 5) a batch of orders; ids ascending and each once. A NULL
-- customer may touch any order. Outcomes: 1 changed, 2 was so already, 3 not possible from its
-- status, 4 no such order. Answers one row an id, with the order after.
--
-- An order can be paid as long as it has not expired; the sweep decides, not expires_at.
--
-- Orders are locked first, stock is moved next, orders are changed last: a placement that has the
-- stock and meets one of these keys waits for an order that is changed, but not for one that is only
-- locked, and so the two never wait for each other.
CREATE FUNCTION settle_orders(ids uuid[], customers text[], wanted smallint[])
RETURNS TABLE (ordinal int, outcome smallint, order_row orders)
LANGUAGE plpgsql AS $$
DECLARE
  o orders;
  asked orders[];
  outcomes smallint[];
  skus text[]; helds bigint[]; solds bigint[];
BEGIN
  FOR i IN 1 .. cardinality(ids) LOOP
    SELECT * INTO o FROM orders
      WHERE order_id = ids[i] AND status <> 0 AND customer = coalesce(customers[i], customer)
      FOR UPDATE;
    asked[i] := o;
    outcomes[i] := CASE
      WHEN o.order_id IS NULL THEN 4
      WHEN o.status = wanted[i] THEN 2
      WHEN o.status = 1 OR (o.status = 2 AND wanted[i] = 5) THEN 1
      ELSE 3 END;
  END LOOP;

  SELECT array_agg(m.sku ORDER BY m.sku COLLATE "C"), array_agg(m.h ORDER BY m.sku COLLATE "C"),
         array_agg(m.s ORDER BY m.sku COLLATE "C")
    INTO skus, helds, solds
    FROM (SELECT d.sku,
                 sum(CASE WHEN a.status = 1 THEN -d.quantity ELSE 0 END)::bigint AS h,
                 sum(CASE WHEN u.w = 2 THEN d.quantity
                          WHEN a.status = 2 THEN -d.quantity ELSE 0 END)::bigint AS s
          FROM unnest(outcomes, wanted) WITH ORDINALITY AS u (outcome, w, place),
               LATERAL (SELECT (asked[u.place::int]).*) AS a,
               demand_of(a.lines) AS d
          WHERE u.outcome = 1 GROUP BY d.sku) m;
  IF skus IS NOT NULL THEN
    PERFORM move_stock(skus, helds, solds);
  END IF;

  FOR i IN 1 .. cardinality(ids) LOOP
    ordinal := i;
    outcome := outcomes[i];
    order_row := asked[i];
    IF outcome = 1 THEN
      UPDATE orders SET status = wanted[i], sequence = orders.sequence + 1 WHERE order_id = ids[i]
        RETURNING * INTO order_row;
      INSERT INTO order_event
        VALUES (order_row.order_id, order_row.sequence, order_row.status, now());
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;

-- Expires orders that were not paid in time, and gives their units back. A payment that holds the
-- row wins: its order is skipped.
--
-- No index on expires_at, which every placement would pay for: ids ascend with time, so a cursor
-- walks the primary key one payment window behind the clock and visits each order once. It stops
-- before an order that is due within seconds or that it could not lock, and passes over one that is
-- due later, which has been given another window: there is a cursor for each window in use. One more,
-- a minute behind the longest, stops at every order that is pending, whatever made it late. Sweeps at
-- the same time share the cursors and do not wait for each other.
--
-- Visits at most visit_max ids a cursor and expires at most most of them; more says that there is
-- more to do now. Answers one row of totals with no sku, then the units given back, one row a SKU.
CREATE FUNCTION expire_orders(window_ms bigint, visit_max int, most int)
RETURNS TABLE (expired bigint, more boolean, sku text, quantity bigint)
LANGUAGE plpgsql AS $$
DECLARE
  lags bigint[] := ARRAY[window_ms, window_ms + 60000];
  cursor_row expiry_cursor;
  longest bigint;
  bound uuid;
  chunk_end uuid;
  left_over uuid;
  due uuid[]; gone uuid[] := '{}'; gone_lines text[] := '{}';
  due_lines text[];
  skus text[]; quantities bigint[];
BEGIN
  more := false;
  INSERT INTO expiry_cursor
    SELECT lag, least_order_id('epoch'), now() FROM unnest(lags) AS lag
    WHERE NOT EXISTS (SELECT FROM expiry_cursor c WHERE c.lag_ms = lag)
    ON CONFLICT DO NOTHING;
  SELECT max(lag_ms) INTO longest FROM expiry_cursor;

  FOR cursor_row IN SELECT * FROM expiry_cursor ORDER BY lag_ms FOR UPDATE SKIP LOCKED LOOP
    bound := least_order_id(now() - cursor_row.lag_ms * interval '1 millisecond');
    SELECT o.order_id INTO chunk_end FROM orders o
      WHERE o.order_id >= cursor_row.position AND o.order_id < bound
      ORDER BY o.order_id OFFSET visit_max LIMIT 1;
    chunk_end := coalesce(chunk_end, bound);

    SELECT array_agg(d.order_id), array_agg(d.lines) INTO due, due_lines
      FROM (SELECT o.order_id, o.lines FROM orders o
            WHERE o.order_id >= cursor_row.position AND o.order_id < chunk_end
              AND o.status = 1 AND o.expires_at <= now() AND o.order_id <> ALL (gone)
            ORDER BY o.order_id LIMIT most FOR UPDATE SKIP LOCKED) d;
    gone := gone || coalesce(due, '{}');
    gone_lines := gone_lines || coalesce(due_lines, '{}');
    IF cardinality(due) = most THEN
      chunk_end := due[most];
    END IF;
    SELECT o.order_id INTO left_over FROM orders o
      WHERE o.order_id >= cursor_row.position AND o.order_id < chunk_end AND o.status = 1
        AND (cursor_row.lag_ms = longest OR o.expires_at < now() + interval '10 seconds')
        AND o.order_id <> ALL (gone)
      ORDER BY o.order_id LIMIT 1;
    more := more OR (chunk_end < bound AND left_over IS NULL);
    UPDATE expiry_cursor c
      SET position = greatest(c.position, least(left_over, chunk_end)),
          asked_at = CASE WHEN c.lag_ms = ANY (lags) THEN now() ELSE c.asked_at END
      WHERE c.lag_ms = cursor_row.lag_ms;
    -- A window that is no longer in use, once every order it was given to has been visited: sweeps
    -- are at most an hour apart, so it may have been given for that long after it was last asked.
    DELETE FROM expiry_cursor c
      WHERE c.lag_ms = cursor_row.lag_ms AND c.lag_ms <> ALL (lags)
        AND c.position > least_order_id(c.asked_at + interval '2 hours');
  END LOOP;
  SELECT array_agg(d.sku ORDER BY d.sku COLLATE "C"), array_agg(-d.q ORDER BY d.sku COLLATE "C")
    INTO skus, quantities
    FROM (SELECT d.sku, sum(d.quantity)::bigint AS q
          FROM unnest(gone_lines) AS l, demand_of(l) AS d GROUP BY 1) d;
  IF skus IS NOT NULL THEN
    PERFORM move_stock(skus, quantities, array_fill(0::bigint, ARRAY[cardinality(skus)]));
  END IF;
  WITH changed AS (
    UPDATE orders o SET status = 6, sequence = o.sequence + 1 WHERE o.order_id = ANY (gone)
    RETURNING o.order_id, o.sequence)
  INSERT INTO order_event SELECT c.order_id, c.sequence, 6, now() FROM changed c;

  expired := cardinality(gone);
  RETURN NEXT;
  RETURN QUERY SELECT expired, more, u.sku, -u.q FROM unnest(skus, quantities) AS u (sku, q);
END $$;
