-- OrderProcessing: what follows the placement, one row an order from its first payment on, so that a
-- placement pays nothing for it.
--
-- step: what is to be done next. Forward 1 charge, 2 print, 3 ship; back 4 void the waybill,
-- 5 refund; 6 nothing, the saga has ended.
--
-- A worker does a step only while it holds the lease, never with a row lock, and writes back only
-- under the epoch it claimed with: whoever was paused for longer than its lease finds no row.
-- Postgres' now() is the only clock of leases. Locks are taken in the order orders, saga, stock.
CREATE TABLE saga (
  order_id      uuid PRIMARY KEY,
  step          smallint NOT NULL CHECK (step BETWEEN 1 AND 6),
  epoch         bigint NOT NULL DEFAULT 1,
  owner         text NOT NULL DEFAULT '' CHECK (length(owner) <= 64),
  lease_until   timestamptz,
  due_at        timestamptz NOT NULL DEFAULT now(),
  attempts      int NOT NULL DEFAULT 0,
  -- Counts the charges of an order: a declined one may be followed by another with its own key.
  payment       smallint NOT NULL DEFAULT 1,
  payment_token text NOT NULL CHECK (length(payment_token) <= 64),
  waybill       text CHECK (length(waybill) <= 64),
  error         text CHECK (length(error) <= 200),
  begun_at      timestamptz NOT NULL DEFAULT now(),
  changed_at    timestamptz NOT NULL DEFAULT now()
)
WITH (fillfactor = 70);
CREATE INDEX saga_due ON saga (due_at) WHERE step < 6;
-- What operators list.
CREATE INDEX saga_live ON saga (order_id) WHERE step < 6;

-- Who has done what to a saga through the repair console, and what came of it: written before it is
-- done, and completed afterwards. No outcome: that was not seen.
CREATE TABLE saga_action (
  order_id      uuid NOT NULL,
  action_id     uuid NOT NULL DEFAULT gen_random_uuid(),
  at            timestamptz NOT NULL DEFAULT now(),
  actor         text NOT NULL CHECK (length(actor) <= 64),
  action        text NOT NULL CHECK (action IN ('retry', 'cancel')),
  status_before smallint NOT NULL,
  step_before   smallint NOT NULL,
  outcome       text CHECK (length(outcome) <= 64),
  status_after  smallint,
  step_after    smallint,
  PRIMARY KEY (order_id, action_id)
);

-- Begins the payments of a batch and leases their sagas to the caller, who charges next; ids
-- ascending and each once. Outcomes: 1 begun, 2 paid already, 3 not possible from its status, or
-- declined a thousand times, 4 no such order, 5 a payment of it is under way. Answers one row an id.
CREATE FUNCTION begin_payments(
  ids uuid[], customers text[], tokens text[], lease_owner text, lease_ms bigint)
RETURNS TABLE (ordinal int, outcome smallint, epoch bigint, payment smallint, order_row orders)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  o orders;
  s saga;
BEGIN
  FOR i IN 1 .. cardinality(ids) LOOP
    SELECT * INTO o FROM orders
      WHERE order_id = ids[i] AND status <> 0 AND customer = coalesce(customers[i], customer)
      FOR UPDATE;
    s := NULL;
    IF o.status = 1 THEN
      INSERT INTO saga AS old (order_id, step, owner, lease_until, due_at, payment_token)
      VALUES (o.order_id, 1, lease_owner, now() + lease_ms * interval '1 millisecond',
              now() + lease_ms * interval '1 millisecond', tokens[i])
      ON CONFLICT (order_id) DO UPDATE
        SET step = 1, owner = excluded.owner, lease_until = excluded.lease_until,
            due_at = excluded.due_at, payment_token = excluded.payment_token,
            epoch = old.epoch + 1, payment = old.payment + 1, attempts = 0, error = NULL,
            changed_at = now()
        WHERE old.step = 6 AND old.payment < 1000
      RETURNING * INTO s;
    END IF;
    RETURN QUERY SELECT i, (CASE
        WHEN o.order_id IS NULL THEN 4
        WHEN o.status IN (2, 3, 4) THEN 2
        WHEN o.status <> 1 THEN 3
        WHEN s.order_id IS NOT NULL THEN 1
        WHEN EXISTS (SELECT FROM saga WHERE order_id = ids[i] AND step = 6) THEN 3
        ELSE 5 END)::smallint, s.epoch, s.payment, o;
  END LOOP;
END $$;

-- Leases up to most sagas whose step is due, the longest due first, and answers them.
CREATE FUNCTION claim_sagas(lease_owner text, lease_ms bigint, most int)
RETURNS TABLE (saga_row saga, order_row orders)
LANGUAGE sql AS $$
  WITH due AS (
    SELECT d.order_id FROM saga d WHERE d.step < 6 AND d.due_at <= now()
    ORDER BY d.due_at LIMIT most FOR UPDATE SKIP LOCKED),
  claimed AS (
    UPDATE saga s
    SET owner = lease_owner, epoch = s.epoch + 1,
        lease_until = now() + lease_ms * interval '1 millisecond',
        due_at = now() + lease_ms * interval '1 millisecond'
    FROM due WHERE s.order_id = due.order_id RETURNING s)
  SELECT c.s, f.o FROM claimed c
    CROSS JOIN LATERAL (SELECT o FROM orders o WHERE o.order_id = (c.s).order_id LIMIT 1) f
$$;

-- Hands the lease back to be tried again later. Answers whether the caller still had it.
CREATE FUNCTION retry_saga(id uuid, lease_epoch bigint, due_in_ms bigint, why text)
RETURNS boolean
LANGUAGE sql AS $$
  WITH changed AS (
    UPDATE saga SET owner = '', lease_until = NULL, attempts = attempts + 1,
      due_at = now() + due_in_ms * interval '1 millisecond', error = left(why, 200),
      changed_at = now()
    WHERE order_id = id AND epoch = lease_epoch AND step < 6 RETURNING 1)
  SELECT EXISTS (SELECT FROM changed)
$$;

-- Goes on to a step that changes nothing of the order: 5 after the waybill is void, 6 after the
-- refund or after a charge was declined. Answers whether the caller still had the lease.
CREATE FUNCTION step_saga(id uuid, lease_epoch bigint, next_step smallint, why text)
RETURNS boolean
LANGUAGE sql AS $$
  WITH changed AS (
    UPDATE saga SET step = next_step, owner = '', lease_until = NULL, attempts = 0,
      due_at = now(), error = left(why, 200), changed_at = now()
    WHERE order_id = id AND epoch = lease_epoch AND step < 6 RETURNING 1)
  SELECT EXISTS (SELECT FROM changed)
$$;

-- What those of some orders that have a status hold together, SKUs ascending.
CREATE FUNCTION units_of(settled orders[], wanted smallint, OUT sku text, OUT quantity bigint)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE AS $$
  SELECT d.sku, sum(d.quantity)::bigint FROM unnest(settled) o, demand_of(o.lines) d
  WHERE o.status = wanted GROUP BY d.sku ORDER BY d.sku COLLATE "C"
$$;

-- Changes the status of a batch of orders, and moves their stock and their saga with it; ids
-- ascending and each once. wanted: 2 paid, 3 in production, 4 shipped, 5 cancelled. A NULL customer may
-- touch any order. With an epoch the change is the saga's and happens only while it holds the lease;
-- without one it is a person's, who can only cancel, and only before production.
--
-- Outcomes: 1 changed, 2 was so already, 3 not possible from its status, 4 no such order, 6 the lease
-- is lost. Answers one row an id, with the order after.
--
-- A paid order waits for production_delay_ms before it is printed, so that it can still be cancelled.
--
-- A payment that was made is kept as long as the order has not expired; the sweep decides that, not
-- expires_at.
--
-- Orders are locked first, stock is moved next, orders are changed last: a placement that has the
-- stock and meets one of these keys waits for an order that is changed, but not for one that is only
-- locked, and so the two never wait for each other.
CREATE FUNCTION settle_orders(
  ids uuid[], customers text[], wanted smallint[], epochs bigint[], waybills text[],
  production_delay_ms bigint)
RETURNS TABLE (ordinal int, outcome smallint, order_row orders)
LANGUAGE plpgsql AS $$
DECLARE
  o orders;
  s saga;
  asked orders[];
  outcomes smallint[];
  skus text[]; helds bigint[]; solds bigint[];
  changed orders[] := '{}';
BEGIN
  FOR i IN 1 .. cardinality(ids) LOOP
    SELECT * INTO o FROM orders
      WHERE order_id = ids[i] AND status <> 0 AND customer = coalesce(customers[i], customer)
      FOR UPDATE;
    SELECT * INTO s FROM saga WHERE saga.order_id = o.order_id FOR UPDATE;
    asked[i] := o;
    outcomes[i] := CASE
      WHEN o.order_id IS NULL THEN 4
      WHEN epochs[i] IS NOT NULL AND s.epoch IS DISTINCT FROM epochs[i] THEN 6
      WHEN o.status = wanted[i] THEN 2
      WHEN wanted[i] = 5 AND (o.status IN (1, 2) OR o.status = 3 AND epochs[i] IS NOT NULL) THEN 1
      WHEN wanted[i] IN (2, 3, 4) AND o.status = wanted[i] - 1 AND epochs[i] IS NOT NULL THEN 1
      ELSE 3 END;
  END LOOP;

  SELECT array_agg(m.sku ORDER BY m.sku COLLATE "C"), array_agg(m.h ORDER BY m.sku COLLATE "C"),
         array_agg(m.s ORDER BY m.sku COLLATE "C")
    INTO skus, helds, solds
    FROM (SELECT d.sku,
                 sum(CASE WHEN a.status = 1 THEN -d.quantity ELSE 0 END)::bigint AS h,
                 sum(CASE WHEN u.w = 2 THEN d.quantity
                          WHEN a.status <> 1 THEN -d.quantity ELSE 0 END)::bigint AS s
          FROM unnest(outcomes, wanted) WITH ORDINALITY AS u (outcome, w, place),
               LATERAL (SELECT (asked[u.place::int]).*) AS a,
               demand_of(a.lines) AS d
          WHERE u.outcome = 1 AND u.w IN (2, 5) GROUP BY d.sku) m;
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
      UPDATE saga SET
          step = CASE wanted[i] WHEN 2 THEN 2 WHEN 3 THEN 3 WHEN 4 THEN 6
                                ELSE CASE step WHEN 3 THEN 4 ELSE 5 END END,
          waybill = coalesce(waybills[i], waybill),
          error = CASE wanted[i] WHEN 5 THEN error END,
          epoch = epoch + 1, owner = '', lease_until = NULL, attempts = 0, changed_at = now(),
          due_at = now() + CASE wanted[i] WHEN 2 THEN production_delay_ms ELSE 0 END
                           * interval '1 millisecond'
        WHERE saga.order_id = ids[i] AND step < 6;
      changed := changed || order_row;
    END IF;
    RETURN NEXT;
  END LOOP;

  INSERT INTO outbox (status, order_ids, sequences, skus, units)
    SELECT c.status, array_agg(c.order_id), array_agg(c.sequence),
           CASE WHEN c.status = 5 THEN (
             SELECT array_agg(t.sku) FROM units_of(changed, 5::smallint) t) END,
           CASE WHEN c.status = 5 THEN (
             SELECT array_agg(t.quantity) FROM units_of(changed, 5::smallint) t) END
    FROM unnest(changed) c GROUP BY c.status;
END $$;

-- How far the expiry sweep has come, see expire_orders. lag_ms is how far behind the clock a cursor
-- walks, asked_at when a sweep last had this lag.
CREATE TABLE expiry_cursor (
  lag_ms   bigint PRIMARY KEY CHECK (lag_ms > 0),
  position uuid NOT NULL,
  asked_at timestamptz NOT NULL
);

-- Expires orders that were not paid in time, and gives their units back. A payment that holds the
-- row wins: its order is skipped. One that is still with the provider loses: its saga goes back, and
-- what was charged meanwhile is refunded. So no order keeps its units because a provider is silent.
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
  first_gone uuid; last_gone uuid;
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
  UPDATE saga SET step = 5, epoch = epoch + 1, owner = '', lease_until = NULL, due_at = now(),
      attempts = 0, changed_at = now()
    WHERE order_id = ANY (gone) AND step = 1;
  SELECT array_agg(d.sku ORDER BY d.sku COLLATE "C"), array_agg(-d.q ORDER BY d.sku COLLATE "C")
    INTO skus, quantities
    FROM (SELECT d.sku, sum(d.quantity)::bigint AS q
          FROM unnest(gone_lines) AS l, demand_of(l) AS d GROUP BY 1) d;
  IF skus IS NOT NULL THEN
    PERFORM move_stock(skus, quantities, array_fill(0::bigint, ARRAY[cardinality(skus)]));
  END IF;
  SELECT min(u::text)::uuid, max(u::text)::uuid INTO first_gone, last_gone FROM unnest(gone) u;
  WITH changed AS (
    UPDATE orders o SET status = 6, sequence = o.sequence + 1
    WHERE o.order_id = ANY (gone) AND o.order_id BETWEEN first_gone AND last_gone
    RETURNING o.order_id, o.sequence),
  told AS (INSERT INTO order_event SELECT c.order_id, c.sequence, 6, now() FROM changed c)
  INSERT INTO outbox (status, order_ids, sequences, skus, units)
    SELECT 6, array_agg(c.order_id), array_agg(c.sequence), skus,
           (SELECT array_agg(-q) FROM unnest(quantities) q)
    FROM changed c HAVING count(*) > 0;

  expired := cardinality(gone);
  RETURN NEXT;
  RETURN QUERY SELECT expired, more, u.sku, -u.q FROM unnest(skus, quantities) AS u (sku, q);
END $$;
