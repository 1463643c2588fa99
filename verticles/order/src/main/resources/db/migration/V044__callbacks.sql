-- OrderProcessing: what a peer's callback does to a saga. It is a hint, never the truth: it moves the
-- next look at the saga, and the worker then asks the peer by key as ever.
--
-- payment_seen, carrier_seen: the last entry of either peer's ledger that a callback has named. The same
-- callback again, or an older one, is no news; so who repeats one cannot use up the saga's attempts.
-- hinted_epoch: the lease during which one came. Callbacks overtake the answers they go with, and a lease
-- is never taken away for one; who hands it back without an outcome finds here that there is one.
ALTER TABLE saga
  ADD COLUMN payment_seen bigint NOT NULL DEFAULT 0,
  ADD COLUMN carrier_seen bigint NOT NULL DEFAULT 0,
  ADD COLUMN hinted_epoch bigint NOT NULL DEFAULT 0;

-- Looks earlier at the sagas of some orders. peers: 1 payment, 2 carrier; each only where the next step
-- asks that peer: a payment's callback must not cut short the time in which a paid order can be cancelled.
--
-- Rows that are locked are passed over: whoever has them claims, changes or hands back the saga just now,
-- and a hint is not worth waiting for, nor a deadlock.
CREATE FUNCTION hint_sagas(peers int[], ids uuid[], sequences bigint[])
RETURNS void
LANGUAGE sql AS $$
  WITH told AS (
    SELECT t.id, max(t.sequence) FILTER (WHERE t.peer = 1) AS payment,
           max(t.sequence) FILTER (WHERE t.peer = 2) AS carrier
    FROM unnest(peers, ids, sequences) AS t (peer, id, sequence) GROUP BY t.id),
  news AS (
    SELECT s.order_id, t.payment, t.carrier FROM told t JOIN saga s ON s.order_id = t.id
    WHERE s.step IN (1, 5) AND t.payment > s.payment_seen
       OR s.step IN (3, 4) AND t.carrier > s.carrier_seen
    FOR UPDATE OF s SKIP LOCKED)
  UPDATE saga s SET
      payment_seen = greatest(s.payment_seen, n.payment),
      carrier_seen = greatest(s.carrier_seen, n.carrier),
      hinted_epoch = s.epoch,
      due_at = CASE WHEN s.lease_until IS NULL THEN least(s.due_at, now()) ELSE s.due_at END
  FROM news n WHERE s.order_id = n.order_id
$$;

-- As before, but due at once when a callback came during the lease.
CREATE OR REPLACE FUNCTION retry_saga(id uuid, lease_epoch bigint, due_in_ms bigint, why text)
RETURNS boolean
LANGUAGE sql AS $$
  WITH changed AS (
    UPDATE saga SET owner = '', lease_until = NULL, attempts = attempts + 1,
      due_at = now() + CASE WHEN hinted_epoch = lease_epoch THEN 0 ELSE due_in_ms END
                       * interval '1 millisecond',
      error = left(why, 200), changed_at = now()
    WHERE order_id = id AND epoch = lease_epoch AND step < 6 RETURNING 1)
  SELECT EXISTS (SELECT FROM changed)
$$;
