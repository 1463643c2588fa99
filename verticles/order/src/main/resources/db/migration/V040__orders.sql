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

-- Up to which order id the expiry sweep found no order that is still pending.
CREATE TABLE order_expiry (
  only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  watermark uuid NOT NULL
);
INSERT INTO order_expiry (watermark) VALUES ('00000000-0000-7000-8000-000000000000');

-- What the lines of an order take from the stock, one row a SKU.
CREATE FUNCTION demand_of(lines text, OUT sku text, OUT quantity bigint) RETURNS SETOF record
LANGUAGE sql IMMUTABLE AS $$
  SELECT split_part(line, '*', 1), sum(split_part(line, '*', 2)::bigint)
  FROM string_to_table(lines, ';') AS line
  GROUP BY 1 ORDER BY 1
$$;

-- Places a batch in one transaction. Arrays in arrival order; demand_* is the demand of the whole
-- batch, one entry a SKU, SKUs ascending.
--
-- Optimistic: holds the whole demand and inserts every order; outcomes stays NULL and accepted is
-- the number of rows inserted. When a key was used, an id is fenced or the stock falls short, that
-- attempt is rolled back and the batch is decided order by order, in arrival order, with
-- outcomes: 1 accepted, 2 key used, 3 out of stock, 4 id fenced.
CREATE FUNCTION place_orders(
  ids uuid[], customers text[], keys text[], fingerprints uuid[], all_lines text[],
  totals bigint[], demand_skus text[], demand_quantities bigint[], payment_window_ms bigint,
  OUT accepted int, OUT outcomes smallint[], OUT placed_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
  n int := cardinality(ids);
  until timestamptz;
BEGIN
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
  END;

  PERFORM 1 FROM stock WHERE sku = ANY (demand_skus) ORDER BY sku FOR UPDATE;
  FOR i IN 1 .. n LOOP
    IF EXISTS (SELECT FROM orders WHERE customer = customers[i] AND idem_key = keys[i]) THEN
      outcomes[i] := 2;
      CONTINUE;
    END IF;
    CONTINUE WHEN EXISTS (
      SELECT FROM demand_of(all_lines[i]) d LEFT JOIN stock s USING (sku)
      WHERE s.sku IS NULL OR s.held + s.sold + d.quantity > s.total);
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
CREATE FUNCTION settle_orders(ids uuid[], customers text[], wanted smallint[])
RETURNS TABLE (ordinal int, outcome smallint, order_row orders)
LANGUAGE plpgsql AS $$
DECLARE
  o orders;
  freed_lines text[] := '{}';
  held_signs int[] := '{}';
  sold_signs int[] := '{}';
  skus text[]; helds bigint[]; solds bigint[];
BEGIN
  FOR i IN 1 .. cardinality(ids) LOOP
    SELECT * INTO o FROM orders
      WHERE order_id = ids[i] AND status <> 0 AND customer = coalesce(customers[i], customer)
      FOR UPDATE;
    ordinal := i;
    order_row := o;
    IF o.order_id IS NULL THEN
      outcome := 4;
      RETURN NEXT;
      CONTINUE;
    END IF;
    IF o.status = wanted[i] THEN
      outcome := 2;
      RETURN NEXT;
      CONTINUE;
    END IF;
    IF NOT (o.status = 1 OR (o.status = 2 AND wanted[i] = 5)) THEN
      outcome := 3;
      RETURN NEXT;
      CONTINUE;
    END IF;
    freed_lines := freed_lines || o.lines;
    held_signs := held_signs || CASE WHEN o.status = 1 THEN -1 ELSE 0 END;
    sold_signs := sold_signs
      || CASE WHEN wanted[i] = 2 THEN 1 WHEN o.status = 2 THEN -1 ELSE 0 END;
    UPDATE orders SET status = wanted[i], sequence = orders.sequence + 1 WHERE order_id = ids[i]
      RETURNING * INTO o;
    INSERT INTO order_event VALUES (o.order_id, o.sequence, o.status, now());
    outcome := 1;
    order_row := o;
    RETURN NEXT;
  END LOOP;

  SELECT array_agg(m.sku ORDER BY m.sku), array_agg(m.h ORDER BY m.sku),
         array_agg(m.s ORDER BY m.sku)
    INTO skus, helds, solds
    FROM (SELECT d.sku, sum(d.quantity * f.h)::bigint AS h, sum(d.quantity * f.s)::bigint AS s
          FROM unnest(freed_lines, held_signs, sold_signs) AS f (lines, h, s),
               demand_of(f.lines) AS d
          GROUP BY d.sku) m;
  IF skus IS NOT NULL THEN
    PERFORM move_stock(skus, helds, solds);
  END IF;
END $$;

-- Expires up to most orders that were not paid in time, and gives their units back. A payment that
-- holds the row wins: its order is skipped. window_ms bounds the ids to look at: the primary key is
-- in time order, so there is no index on expires_at for every placement to pay for.
-- Answers the units given back, one row a SKU, and the number of orders in every row.
CREATE FUNCTION expire_orders(window_ms bigint, most int)
RETURNS TABLE (expired bigint, sku text, quantity bigint)
LANGUAGE plpgsql AS $$
DECLARE
  since uuid;
  -- The least UUIDv7 of the millisecond that lies one payment window back.
  bound uuid := (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - window_ms), 12, '0')
                 || '70008000000000000000')::uuid;
  gone uuid[];
  gone_lines text[];
  left_over uuid;
BEGIN
  SELECT watermark INTO since FROM order_expiry FOR UPDATE SKIP LOCKED;
  IF since IS NULL THEN
    RETURN;
  END IF;
  WITH due AS (
    SELECT o.order_id FROM orders o
    WHERE o.order_id >= since AND o.order_id < bound AND o.status = 1 AND o.expires_at <= now()
    ORDER BY o.order_id LIMIT most FOR UPDATE SKIP LOCKED),
  changed AS (
    UPDATE orders o SET status = 6, sequence = o.sequence + 1 FROM due
    WHERE o.order_id = due.order_id RETURNING o.*),
  noted AS (
    INSERT INTO order_event SELECT c.order_id, c.sequence, 6, now() FROM changed c)
  SELECT array_agg(c.order_id), array_agg(c.lines) INTO gone, gone_lines FROM changed c;

  expired := coalesce(cardinality(gone), 0);
  IF expired < most THEN
    -- Ten minutes of margin: the ids' clock is another machine's.
    SELECT o.order_id INTO left_over FROM orders o
      WHERE o.order_id >= since AND o.order_id < bound AND o.status = 1
      ORDER BY o.order_id LIMIT 1;
    UPDATE order_expiry SET watermark = greatest(watermark, least(coalesce(left_over, bound),
      (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - window_ms - 600000), 12, '0')
       || '70008000000000000000')::uuid));
  END IF;
  FOR sku, quantity IN
    SELECT d.sku, sum(d.quantity)::bigint FROM unnest(gone_lines) AS l, demand_of(l) AS d
    GROUP BY 1 ORDER BY 1
  LOOP
    PERFORM move_stock(ARRAY[sku], ARRAY[-quantity], ARRAY[0::bigint]);
    RETURN NEXT;
  END LOOP;
END $$;
