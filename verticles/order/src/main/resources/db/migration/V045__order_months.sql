-- OrderProcessing: the months of the tables orders and order_event, made ahead and retired.
--
-- make_order_months and retire_order_months are called again and again by every process, each in a
-- transaction of its own: a month that cannot be retired now does not undo those that were made. One
-- process at a time works, the others go away at once. Everything here can be repeated.
--
-- lock_timeout, below the time after which Postgres looks for deadlocks: attaching and detaching lock a
-- table for a moment, and whoever waits for that lock holds up placements. It gives up first, and comes
-- again.

-- How far a month's retirement has come, and when it ended. Its orders up to position have given up
-- their keys.
CREATE TABLE order_month (
  month      date PRIMARY KEY CHECK (extract(day FROM month) = 1),
  position   uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  retired_at timestamptz
);

-- What the orders of a retiring month have sold: the ledger's sold goes on counting it.
CREATE TABLE retired_units (
  month date NOT NULL,
  sku   text NOT NULL,
  sold  bigint NOT NULL,
  PRIMARY KEY (month, sku)
);

-- Where retired months stand until somebody archives and drops them: the detached partitions, and
-- copies of the rows that went with their orders.
CREATE SCHEMA retired;
CREATE TABLE retired.saga (LIKE saga);
CREATE TABLE retired.saga_action (LIKE saga_action);
CREATE TABLE retired.payment_entry (LIKE payment_entry);

-- The least order id of a month and of the one after it.
CREATE FUNCTION order_month_bounds(month date, OUT from_id uuid, OUT to_id uuid)
LANGUAGE sql STABLE AS $$
  SELECT least_order_id(month::timestamp AT TIME ZONE 'UTC'),
         least_order_id((month + interval '1 month') AT TIME ZONE 'UTC')
$$;

-- Gives a month its partition of one table, and what the DEFAULT partition has of it: that is locked
-- meanwhile. Changes nothing and answers false when there are more than move_max such rows.
CREATE FUNCTION create_order_month(parent text, month date, move_max int) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  name text := parent || to_char(month, '_YYYY_MM');
  b record := order_month_bounds(month);
  strays bigint;
BEGIN
  EXECUTE format('LOCK TABLE %I IN SHARE UPDATE EXCLUSIVE MODE', parent);
  EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent || '_default');
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE order_id >= %L AND order_id < %L LIMIT %s) s',
                 parent || '_default', b.from_id, b.to_id, move_max + 1) INTO strays;
  IF strays > move_max THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL) WITH (fillfactor = %s)', name, parent,
                 -- Room on the page for the status changes that follow the placement.
                 CASE parent WHEN 'orders' THEN 85 ELSE 100 END);
  IF strays > 0 THEN
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE order_id >= %L AND order_id < %L RETURNING *)'
                   ' INSERT INTO %I SELECT * FROM moved',
                   parent || '_default', b.from_id, b.to_id, name);
  END IF;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                 parent, name, b.from_id, b.to_id);
  RETURN true;
END $$;

-- Retires some of the oldest month that ended before a time: up to most orders, and at the end the
-- month itself. An order that is not at its end, or whose saga is not, holds its month up.
--
-- The orders of a month give up their keys first; they can still be read. When all have, the month's
-- partitions move to the schema retired at once, and its orders are not found any more.
CREATE FUNCTION retire_some_orders(
  ended_before timestamptz, most int, OUT retired date, OUT more boolean, OUT held_up_by uuid)
LANGUAGE plpgsql AS $$
DECLARE
  oldest date;
  b record;
  walk order_month;
  rows orders[];
  ids uuid[];
  name text;
BEGIN
  more := false;
  SELECT min(to_date(right(c.relname, 7), 'YYYY_MM')) INTO oldest
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'orders'::regclass AND c.relname <> 'orders_default';
  IF oldest IS NULL OR (oldest + interval '1 month') AT TIME ZONE 'UTC' > ended_before THEN
    RETURN;
  END IF;
  b := order_month_bounds(oldest);
  INSERT INTO order_month (month) VALUES (oldest) ON CONFLICT DO NOTHING;
  SELECT * INTO walk FROM order_month m WHERE m.month = oldest FOR UPDATE;

  SELECT array_agg(w.o ORDER BY (w.o).order_id) INTO rows
    FROM (SELECT o FROM orders o WHERE o.order_id > walk.position AND o.order_id >= b.from_id
            AND o.order_id < b.to_id ORDER BY o.order_id LIMIT most) w;
  SELECT min(o.order_id::text)::uuid INTO held_up_by FROM unnest(rows) o
    WHERE o.status = 1 OR EXISTS (SELECT FROM saga s WHERE s.order_id = o.order_id AND s.step < 6);
  more := cardinality(rows) = most AND held_up_by IS NULL;
  SELECT array_agg(o.order_id ORDER BY o.order_id) INTO ids FROM unnest(rows) o
    WHERE held_up_by IS NULL OR o.order_id < held_up_by;
  IF ids IS NOT NULL THEN
    DELETE FROM order_keys k USING unnest(rows) o
      WHERE k.customer = o.customer AND k.idem_key = o.idem_key AND k.order_id = o.order_id
        AND o.order_id = ANY (ids);
    WITH gone AS (DELETE FROM saga WHERE order_id = ANY (ids) RETURNING *)
      INSERT INTO retired.saga SELECT * FROM gone;
    WITH gone AS (DELETE FROM saga_action WHERE order_id = ANY (ids) RETURNING *)
      INSERT INTO retired.saga_action SELECT * FROM gone;
    WITH gone AS (DELETE FROM payment_entry WHERE order_id = ANY (ids) RETURNING *)
      INSERT INTO retired.payment_entry SELECT * FROM gone;
    INSERT INTO retired_units AS u (month, sku, sold)
      SELECT oldest, d.sku, sum(d.quantity) FROM unnest(rows) o, demand_of(o.lines) d
      WHERE o.status IN (2, 3, 4) AND o.order_id = ANY (ids) GROUP BY d.sku
      ON CONFLICT (month, sku) DO UPDATE SET sold = u.sold + excluded.sold;
    UPDATE order_month m SET position = ids[cardinality(ids)] WHERE m.month = oldest;
  END IF;
  IF more OR held_up_by IS NOT NULL THEN
    RETURN;
  END IF;

  -- What operators tried on an order after it had given up its key.
  WITH gone AS (DELETE FROM saga_action WHERE order_id >= b.from_id AND order_id < b.to_id RETURNING *)
    INSERT INTO retired.saga_action SELECT * FROM gone;
  FOREACH name IN ARRAY ARRAY['orders', 'order_event'] LOOP
    IF to_regclass(name || to_char(oldest, '_YYYY_MM')) IS NOT NULL THEN
      EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', name, name || to_char(oldest, '_YYYY_MM'));
      EXECUTE format('ALTER TABLE %I SET SCHEMA retired', name || to_char(oldest, '_YYYY_MM'));
    END IF;
  END LOOP;
  UPDATE order_month m SET retired_at = now() WHERE m.month = oldest;
  retired := oldest;
  more := true;
END $$;

-- Makes the partitions of this month, of the one before, whose last ids may still come, and of those
-- ahead. Answers how many were made, and how many rows of orders lie in the DEFAULT partition, up to
-- 1000.
CREATE FUNCTION make_order_months(ahead int, OUT made int, OUT in_default int)
LANGUAGE plpgsql
SET lock_timeout = '300ms' AS $$
DECLARE
  this_month date := date_trunc('month', now() AT TIME ZONE 'UTC');
  month date;
  parent text;
BEGIN
  made := 0;
  in_default := 0;
  IF NOT pg_try_advisory_xact_lock(hashtext('order_months')) THEN
    RETURN;
  END IF;
  FOR i IN -1 .. ahead LOOP
    month := this_month + i * interval '1 month';
    FOREACH parent IN ARRAY ARRAY['orders', 'order_event'] LOOP
      IF to_regclass(parent || to_char(month, '_YYYY_MM')) IS NULL
         AND create_order_month(parent, month, 50000) THEN
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  SELECT count(*) INTO in_default FROM (SELECT FROM orders_default LIMIT 1000) d;
END $$;

-- Retires some orders of months that ended more than keep_months ago; 0 keeps all. Answers the month
-- that was retired now, whether there is more to retire, and the order that holds a month up.
CREATE FUNCTION retire_order_months(
  keep_months int, most int, OUT retired date, OUT more boolean, OUT held_up_by uuid)
LANGUAGE plpgsql
SET lock_timeout = '300ms' AS $$
BEGIN
  more := false;
  IF keep_months > 0 AND pg_try_advisory_xact_lock(hashtext('order_months')) THEN
    SELECT r.retired, r.more, r.held_up_by INTO retired, more, held_up_by
      FROM retire_some_orders(now() - keep_months * interval '1 month', most) r;
  END IF;
END $$;

SELECT make_order_months(2);
