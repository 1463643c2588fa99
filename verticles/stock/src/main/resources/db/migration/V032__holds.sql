-- TCC for whoever is not our own order path, whose holds stand in its orders: Try takes units for an
-- order id, Confirm sells them, Cancel gives them back. Both kinds share the ledger's held and sold.
--
-- One row an order id says what became of it, written in the transaction that moves the units. What
-- was cancelled or expired is kept for a day and more, so that a late call finds it; what was sold
-- stays, as the ledger's sold does.
--
-- state: 1 held, 2 confirmed, 3 cancelled, 4 expired.
--
-- Locks: the hold first, then stock by SKU, as orders do.
CREATE TABLE hold (
  order_id   uuid PRIMARY KEY,
  state      smallint NOT NULL CHECK (state BETWEEN 1 AND 4),
  skus       text[] NOT NULL,
  units      bigint[] NOT NULL CHECK (cardinality(units) = cardinality(skus)),
  expires_at timestamptz NOT NULL,
  ended_at   timestamptz
)
WITH (fillfactor = 85);
CREATE INDEX hold_expires ON hold (expires_at) WHERE state = 1;
CREATE INDEX hold_ended ON hold (ended_at) WHERE state > 2;

-- Moves the units of a hold and tells it: status 1 took them, 5 and 6 gave them back.
CREATE FUNCTION move_hold(h hold, held_sign int, sold_sign int, status smallint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM move_stock(h.skus,
    (SELECT array_agg(u * held_sign ORDER BY n) FROM unnest(h.units) WITH ORDINALITY AS x (u, n)),
    (SELECT array_agg(u * sold_sign ORDER BY n) FROM unnest(h.units) WITH ORDINALITY AS x (u, n)));
  IF status IS NOT NULL THEN
    INSERT INTO outbox (status, order_ids, skus, units) VALUES (status, '{}', h.skus, h.units);
  END IF;
END $$;

-- Try. SKUs ascending, each once. Codes: HELD now; EXISTS, held by the same call before; DIFFERS, held
-- with other lines; CONFIRMED, CANCELLED, EXPIRED, what the order id has become: nothing is held any
-- more; SHORT, nothing is held and nothing remembered, so that it can be tried again.
CREATE FUNCTION try_hold(id uuid, asked_skus text[], asked_units bigint[], ttl_ms bigint)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  h hold;
BEGIN
  INSERT INTO hold VALUES (id, 1, asked_skus, asked_units,
      now() + ttl_ms * interval '1 millisecond') ON CONFLICT DO NOTHING RETURNING * INTO h;
  IF FOUND THEN
    PERFORM move_hold(h, 1, 0, 1::smallint);
    RETURN 'HELD';
  END IF;
  SELECT * INTO STRICT h FROM hold WHERE order_id = id;
  RETURN CASE
    WHEN h.state = 3 THEN 'CANCELLED'
    WHEN h.skus <> asked_skus OR h.units <> asked_units THEN 'DIFFERS'
    ELSE (ARRAY['EXISTS', 'CONFIRMED', 'CANCELLED', 'EXPIRED'])[h.state] END;
EXCEPTION WHEN check_violation THEN
  RETURN 'SHORT';
END $$;

-- Confirm. Codes: CONFIRMED, now or before; CANCELLED; EXPIRED, and the units are gone; NOT_FOUND,
-- nothing was tried. A hold whose time is over is confirmed as long as its units are there: taken
-- again if they were given back. taken says that they were, from the available ones.
--
-- An unknown id leaves no tombstone: a Try that is on its way may still come, and it will be confirmed
-- by the next Confirm or expire.
CREATE FUNCTION confirm_hold(id uuid, OUT code text, OUT taken boolean, OUT skus text[],
  OUT units bigint[])
LANGUAGE plpgsql AS $$
DECLARE
  h hold;
BEGIN
  taken := false;
  SELECT * INTO h FROM hold WHERE order_id = id FOR UPDATE;
  skus := h.skus;
  units := h.units;
  code := coalesce((ARRAY['CONFIRMED', 'CONFIRMED', 'CANCELLED', 'EXPIRED'])[h.state], 'NOT_FOUND');
  IF h.state = 1 THEN
    PERFORM move_hold(h, -1, 1, NULL);
  ELSIF h.state = 4 THEN
    PERFORM move_hold(h, 0, 1, 1::smallint);
    code := 'CONFIRMED';
    taken := true;
  ELSE
    RETURN;
  END IF;
  UPDATE hold SET state = 2, ended_at = now() WHERE order_id = id;
EXCEPTION WHEN check_violation THEN
  code := 'EXPIRED';
  taken := false;
END $$;

-- Cancel. Codes: CANCELLED, now or before; CONFIRMED, and it stays so; EXPIRED, the units are back
-- already. An unknown id leaves a tombstone: a Try that comes later is refused. given_back says that
-- units were.
CREATE FUNCTION cancel_hold(id uuid, OUT code text, OUT given_back boolean, OUT skus text[],
  OUT units bigint[])
LANGUAGE plpgsql AS $$
DECLARE
  h hold;
BEGIN
  given_back := false;
  code := 'CANCELLED';
  INSERT INTO hold VALUES (id, 3, '{}', '{}', now(), now()) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    RETURN;
  END IF;
  SELECT * INTO STRICT h FROM hold WHERE order_id = id FOR UPDATE;
  code := (ARRAY['CANCELLED', 'CONFIRMED', 'CANCELLED', 'EXPIRED'])[h.state];
  IF h.state = 1 THEN
    PERFORM move_hold(h, -1, 0, 5::smallint);
    UPDATE hold SET state = 3, ended_at = now() WHERE order_id = id;
    given_back := true;
    skus := h.skus;
    units := h.units;
  END IF;
END $$;

-- Expires at most most holds whose time is over and forgets at most most that gave their units back
-- more than keep_ms ago. Answers one row of totals with no sku, then the units given back, one row a SKU.
CREATE FUNCTION expire_holds(keep_ms bigint, most int)
RETURNS TABLE (expired bigint, more boolean, sku text, quantity bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  gone uuid[];
  all_skus text[]; all_units bigint[];
BEGIN
  DELETE FROM hold WHERE order_id IN (
    SELECT order_id FROM hold WHERE state > 2 AND ended_at < now() - keep_ms * interval '1 ms'
    ORDER BY ended_at LIMIT most FOR UPDATE SKIP LOCKED);
  SELECT coalesce(array_agg(d.order_id), '{}') INTO gone FROM (
    SELECT order_id FROM hold WHERE state = 1 AND expires_at <= now()
    ORDER BY expires_at LIMIT most FOR UPDATE SKIP LOCKED) d;
  SELECT array_agg(t.sku ORDER BY t.sku COLLATE "C"), array_agg(t.q ORDER BY t.sku COLLATE "C")
    INTO all_skus, all_units
    FROM (SELECT u.sku, sum(u.q)::bigint AS q FROM hold h, unnest(h.skus, h.units) AS u (sku, q)
          WHERE h.order_id = ANY (gone) GROUP BY u.sku) t;
  IF cardinality(gone) > 0 THEN
    PERFORM move_stock(all_skus, (SELECT array_agg(-u ORDER BY n)
      FROM unnest(all_units) WITH ORDINALITY AS x (u, n)),
      array_fill(0::bigint, ARRAY[cardinality(all_skus)]));
    UPDATE hold SET state = 4, ended_at = now() WHERE order_id = ANY (gone);
    INSERT INTO outbox (status, order_ids, skus, units) VALUES (6, '{}', all_skus, all_units);
  END IF;
  RETURN QUERY SELECT cardinality(gone)::bigint, cardinality(gone) = most, NULL::text, NULL::bigint;
  RETURN QUERY SELECT cardinality(gone)::bigint, false, u.s, u.q
    FROM unnest(all_skus, all_units) AS u (s, q);
END $$;
