-- What was committed and is to be handed on as events, of stock and of orders: one row a transaction
-- and status, which a placement pays for once a batch. Rows are deleted after they were handed on.
CREATE TABLE outbox (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at        timestamptz NOT NULL DEFAULT now(),
  -- OrderStatus.code: 1 took units, 5 and 6 gave them back.
  status    smallint NOT NULL,
  -- None when the units were moved by a hold of the stock's own.
  order_ids uuid[] NOT NULL,
  -- NULL for placements, which are all the first.
  sequences smallint[],
  -- The units that all these orders together took (status 1) or gave back (5, 6); else NULL.
  skus      text[],
  units     bigint[]
);
-- Random bits do not compress.
ALTER TABLE outbox ALTER COLUMN order_ids SET STORAGE EXTERNAL;

-- Which process hands them on.
CREATE TABLE outbox_lease (
  shard       smallint PRIMARY KEY CHECK (shard = 0),
  owner       text NOT NULL DEFAULT '' CHECK (length(owner) <= 64),
  lease_until timestamptz NOT NULL DEFAULT now()
);
INSERT INTO outbox_lease (shard) VALUES (0);

-- The oldest rows for the owner of the lease, who takes it if it is free; none for anybody else. A
-- lease of 0 hands it back. Writes only to take, prolong or hand back the lease.
CREATE FUNCTION next_events(lease_owner text, lease_ms bigint, most int) RETURNS SETOF outbox
LANGUAGE plpgsql AS $$
DECLARE
  lease interval := lease_ms * interval '1 millisecond';
BEGIN
  IF lease_ms = 0 OR NOT EXISTS (
       SELECT FROM outbox_lease l
       WHERE l.owner = lease_owner AND l.lease_until > now() + lease / 2) THEN
    UPDATE outbox_lease l SET owner = lease_owner, lease_until = now() + lease
      WHERE l.shard = 0 AND (l.owner = lease_owner OR l.lease_until <= now());
    IF NOT FOUND THEN
      RETURN;
    END IF;
  END IF;
  RETURN QUERY SELECT * FROM outbox ORDER BY id LIMIT most;
END $$;
