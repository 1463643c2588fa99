-- InventoryManagement: the ledger. available = total - held - sold. Postgres decides here whether a
-- unit can be promised; the two constraints are what makes overselling impossible.
CREATE TABLE stock (
  sku   text PRIMARY KEY REFERENCES variant,
  total bigint NOT NULL CHECK (total BETWEEN 0 AND 1000000000),
  held  bigint NOT NULL DEFAULT 0,
  sold  bigint NOT NULL DEFAULT 0,
  CONSTRAINT stock_never_negative CHECK (held >= 0 AND sold >= 0),
  CONSTRAINT stock_never_oversold CHECK (held + sold <= total)
)
-- Half-empty pages and no index on a counter: every update stays on its page (HOT).
WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

INSERT INTO stock (sku, total) SELECT sku, 10000 FROM variant;

-- The gate's epoch: a gate in Redis with another epoch is not ours to trust. The ledger's id stands
-- in the gate's keys, so that two databases never share a gate.
CREATE TABLE stock_gate (
  shard     smallint PRIMARY KEY,
  ledger_id uuid NOT NULL DEFAULT gen_random_uuid(),
  epoch     bigint NOT NULL
);
INSERT INTO stock_gate (shard, epoch) VALUES (0, 0);

-- Sets the total of a SKU, creating its row. Answers the total before (0 for a new row) and the row
-- after; changed is false, and nothing is changed, when the total would fall under held + sold.
CREATE FUNCTION set_stock_total(
  asked_sku text, asked_total bigint,
  OUT changed boolean, OUT total_before bigint, OUT total bigint, OUT held bigint, OUT sold bigint)
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stock AS s (sku, total) VALUES (asked_sku, 0) ON CONFLICT (sku) DO NOTHING;
  SELECT s.total, s.total, s.held, s.sold INTO total_before, total, held, sold
    FROM stock s WHERE s.sku = asked_sku FOR UPDATE;
  changed := asked_total >= held + sold;
  IF changed THEN
    UPDATE stock s SET total = asked_total WHERE s.sku = asked_sku;
    total := asked_total;
  END IF;
END $$;

-- Adds to held and sold of several SKUs. The order of the arrays is the order of the row locks:
-- callers pass SKUs ascending, so that two batches never wait for each other in a circle. The
-- planner is left no other plan than to walk the arrays and look each SKU up, which keeps that order.
-- Breaks stock_never_oversold or stock_never_negative rather than the promise they stand for.
CREATE FUNCTION move_stock(skus text[], held_deltas bigint[], sold_deltas bigint[]) RETURNS void
LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
  moved int;
BEGIN
  UPDATE stock s SET held = s.held + d.held, sold = s.sold + d.sold
    FROM unnest(skus, held_deltas, sold_deltas) AS d (sku, held, sold) WHERE s.sku = d.sku;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> cardinality(skus) THEN
    RAISE check_violation USING MESSAGE = 'no stock of some of ' || array_to_string(skus, ', ');
  END IF;
END $$;
