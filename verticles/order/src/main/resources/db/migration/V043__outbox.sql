-- The outbox: every status change is a row already, the placement in orders, the others in
-- order_event. What is added is the transaction that wrote it, so that a relay can hand on what was
-- committed since it last looked, whatever order the commits came in.
--
-- Rows from before this migration have no tx and are not handed on. A block range index costs a
-- placement next to nothing, and the rows of a range of time stand together.
ALTER TABLE orders ADD COLUMN tx bigint;
ALTER TABLE orders ALTER COLUMN tx SET DEFAULT pg_current_xact_id()::text::bigint;
CREATE INDEX orders_tx ON orders USING brin (tx) WITH (pages_per_range = 16);
ALTER TABLE order_event ADD COLUMN tx bigint;
ALTER TABLE order_event ALTER COLUMN tx SET DEFAULT pg_current_xact_id()::text::bigint;
CREATE INDEX order_event_tx ON order_event USING brin (tx) WITH (pages_per_range = 16);

-- Who hands events on, and how far: every event of a transaction before position has been.
CREATE TABLE relay (
  shard       smallint PRIMARY KEY CHECK (shard = 0),
  position    bigint NOT NULL,
  owner       text NOT NULL DEFAULT '' CHECK (length(owner) <= 64),
  epoch       bigint NOT NULL DEFAULT 0,
  lease_until timestamptz NOT NULL DEFAULT now()
);
INSERT INTO relay (shard, position) VALUES (0, pg_current_xact_id()::text::bigint);

-- The next events for the owner of the lease, who takes it if it is free: at most most of them, but
-- always whole transactions, the oldest first. No row for anybody else.
--
-- Ends before the oldest transaction that is still under way, whose rows nobody sees yet. Writes
-- only to take or prolong the lease.
CREATE FUNCTION next_events(lease_owner text, lease_ms bigint, most int)
RETURNS TABLE (epoch bigint, tx bigint, order_id uuid, sequence smallint, status smallint,
               at timestamptz, lines text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  lease interval := lease_ms * interval '1 millisecond';
  r relay;
  bound bigint;
BEGIN
  SELECT * INTO r FROM relay WHERE shard = 0;
  IF r.owner <> lease_owner OR r.lease_until < now() + lease / 2 THEN
    UPDATE relay SET owner = lease_owner, lease_until = now() + lease,
        epoch = relay.epoch + CASE WHEN owner = lease_owner THEN 0 ELSE 1 END
      WHERE shard = 0 AND (owner = lease_owner OR lease_until <= now())
      RETURNING * INTO r;
    IF NOT FOUND THEN
      RETURN;
    END IF;
  END IF;
  bound := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  RETURN QUERY
    SELECT r.epoch, n.tx, n.order_id, n.sequence, n.status, n.at, n.lines FROM (
      SELECT o.tx, o.order_id, 1::smallint AS sequence, 1::smallint AS status,
             o.created_at AS at, o.lines
      FROM orders o WHERE o.tx >= r.position AND o.tx < bound AND o.status <> 0
      UNION ALL
      SELECT e.tx, e.order_id, e.sequence, e.status, e.at, o.lines
      FROM order_event e LEFT JOIN orders o ON o.order_id = e.order_id AND e.status IN (5, 6)
      WHERE e.tx >= r.position AND e.tx < bound) n
    ORDER BY n.tx FETCH FIRST most ROWS WITH TIES;
END $$;

-- Moves on past the events that were handed on. Answers whether the caller still has the lease: it
-- is another's from the moment it was taken, and then some events are handed on twice.
CREATE FUNCTION events_delivered(lease_epoch bigint, new_position bigint) RETURNS boolean
LANGUAGE sql AS $$
  WITH moved AS (
    UPDATE relay SET position = greatest(position, new_position)
    WHERE shard = 0 AND epoch = lease_epoch RETURNING 1)
  SELECT EXISTS (SELECT FROM moved)
$$;
