-- What the payment provider's ledger says, copied entry by entry, so that orders and money are
-- compared in one place: the newest status of every charge.
CREATE TABLE payment_entry (
  order_id     uuid NOT NULL,
  payment      smallint NOT NULL,
  status       smallint NOT NULL CHECK (status BETWEEN 1 AND 3),
  amount_cents bigint NOT NULL,
  -- Charged, and not compared with its order yet, or compared while the order was still on its way.
  is_open      boolean NOT NULL DEFAULT true,
  PRIMARY KEY (order_id, payment)
);
CREATE INDEX payment_open ON payment_entry (order_id) WHERE is_open;
COMMENT ON COLUMN payment_entry.status IS '1 charged, 2 refunded, 3 nothing was taken';

-- How far the provider's ledger was read, when it was last read to its end, and how far the walk over
-- all charges has come, see stray_payments.
CREATE TABLE payment_statement (
  shard        smallint PRIMARY KEY CHECK (shard = 0),
  position     bigint NOT NULL DEFAULT 0,
  read_to_end  timestamptz,
  made_at      timestamptz NOT NULL DEFAULT now(),
  walked       uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'
);
INSERT INTO payment_statement (shard) VALUES (0);

-- Enters a page that was asked for from a position; nothing when another process was faster. Entries
-- of one charge come oldest first. to_end: the page was the last at the time asked_ms ago.
CREATE FUNCTION enter_payments(
  asked_from bigint, next_position bigint, to_end boolean, asked_ms bigint,
  ids uuid[], payments smallint[], statuses smallint[], amounts bigint[]) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE payment_statement SET position = next_position,
      read_to_end = CASE WHEN to_end THEN now() - asked_ms * interval '1 millisecond'
                         ELSE read_to_end END
    WHERE shard = 0 AND position = asked_from;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO payment_entry AS p
    SELECT DISTINCT ON (u.id, u.payment) u.id, u.payment, u.status, u.amount, u.status = 1
    FROM unnest(ids, payments, statuses, amounts) WITH ORDINALITY
      AS u (id, payment, status, amount, place)
    ORDER BY u.id, u.payment, u.place DESC
  ON CONFLICT (order_id, payment) DO UPDATE
    SET status = excluded.status, amount_cents = greatest(p.amount_cents, excluded.amount_cents),
        is_open = excluded.is_open;
  RETURN true;
END $$;

-- Where money and orders differ although nobody is working on the order any more.
-- kind: 1 charged, but the order is not sold by this charge: it is to be refunded; 2 charged for an
-- order that is not there; 3 sold, but nothing is charged; 4 charged another amount.
CREATE VIEW payment_drift AS
  SELECT p.order_id, p.payment,
         (CASE WHEN o.order_id IS NULL OR o.status = 0 THEN 2
               WHEN o.status NOT IN (2, 3, 4) OR p.payment <> s.payment THEN 1
               ELSE 4 END)::smallint AS kind
  FROM payment_entry p CROSS JOIN payment_statement t
    LEFT JOIN orders o ON o.order_id = p.order_id
    LEFT JOIN saga s ON s.order_id = p.order_id
  WHERE p.status = 1
    AND (o.order_id IS NULL OR o.status = 0 OR s.order_id IS NULL
      OR o.status IN (2, 3, 4) AND p.payment = s.payment AND p.amount_cents <> o.total_cents
      -- The copy is newer than what the saga did last.
      OR s.changed_at < t.read_to_end - interval '1 second'
        AND (p.payment <> s.payment OR o.status NOT IN (2, 3, 4) AND s.step = 6))
  UNION ALL
  SELECT s.order_id, s.payment, 3::smallint
  FROM saga s JOIN orders o USING (order_id) CROSS JOIN payment_statement t
    LEFT JOIN payment_entry p ON p.order_id = s.order_id AND p.payment = s.payment AND p.status = 1
  WHERE o.status IN (2, 3, 4) AND p.order_id IS NULL
    AND s.changed_at < t.read_to_end - interval '1 second';

-- Charges that sell nothing, up to most: of kind 1 in payment_drift. It compares up to visit_max
-- charges that are open, the oldest orders first, and up to visit_max of all charges, going on where
-- the last call stopped and beginning anew at the end: so a charge is compared at once when it is
-- new, and once a walk whatever became of its order since. What an order was sold by, and what only a
-- person can mend, is open no more.
--
-- Each id is looked up by itself: an array would be joined with whole tables.
CREATE FUNCTION stray_payments(most int, visit_max int)
RETURNS TABLE (order_id uuid, payment smallint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  unsettled uuid[];
  visited uuid[];
BEGIN
  SELECT array_agg(DISTINCT f.order_id) INTO unsettled FROM (
    SELECT p.order_id FROM payment_entry p WHERE p.is_open ORDER BY p.order_id LIMIT visit_max) f;
  SELECT array_agg(w.order_id ORDER BY w.order_id) INTO visited FROM (
    SELECT p.order_id FROM payment_entry p
    WHERE p.order_id > (SELECT t.walked FROM payment_statement t WHERE t.shard = 0)
    ORDER BY p.order_id LIMIT visit_max) w;
  UPDATE payment_statement SET walked = CASE WHEN cardinality(visited) = visit_max
      THEN visited[visit_max] ELSE '00000000-0000-0000-0000-000000000000' END
    WHERE shard = 0;

  RETURN QUERY
    SELECT d.order_id, d.payment
    FROM (SELECT DISTINCT u FROM unnest(unsettled || visited) u) AS i (id)
      CROSS JOIN LATERAL (
        SELECT v.order_id, v.payment FROM payment_drift v
        WHERE v.order_id = i.id AND v.kind = 1 LIMIT 1000) d
    LIMIT most;

  UPDATE payment_entry p SET is_open = false
    FROM unnest(unsettled) AS i (id) CROSS JOIN LATERAL (
      SELECT e.payment FROM payment_entry e
        LEFT JOIN orders o ON o.order_id = e.order_id LEFT JOIN saga s ON s.order_id = e.order_id
      WHERE e.order_id = i.id AND e.is_open
        AND (o.order_id IS NULL OR o.status = 0
          OR o.status IN (2, 3, 4) AND e.payment = s.payment)
      LIMIT 1000) done
    WHERE p.order_id = i.id AND p.payment = done.payment;
END $$;
