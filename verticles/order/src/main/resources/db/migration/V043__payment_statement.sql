-- What the payment provider's ledger says, copied entry by entry, so that orders and money are
-- compared in one place: the newest status of every charge.
CREATE TABLE payment_entry (
  order_id     uuid NOT NULL,
  payment      smallint NOT NULL,
  status       smallint NOT NULL CHECK (status BETWEEN 1 AND 3),
  amount_cents bigint NOT NULL,
  PRIMARY KEY (order_id, payment)
);
COMMENT ON COLUMN payment_entry.status IS '1 charged, 2 refunded, 3 nothing was taken';

-- How far the provider's ledger was read, and when it was last read to its end.
CREATE TABLE payment_statement (
  shard        smallint PRIMARY KEY CHECK (shard = 0),
  position     bigint NOT NULL DEFAULT 0,
  read_to_end  timestamptz
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
    SELECT DISTINCT ON (u.id, u.payment) u.id, u.payment, u.status, u.amount
    FROM unnest(ids, payments, statuses, amounts) WITH ORDINALITY
      AS u (id, payment, status, amount, place)
    ORDER BY u.id, u.payment, u.place DESC
  ON CONFLICT (order_id, payment) DO UPDATE
    SET status = excluded.status, amount_cents = greatest(p.amount_cents, excluded.amount_cents);
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
