-- What a next version may do to the schema while this one runs: it adds.
ALTER TABLE orders ADD COLUMN gift_note text;
ALTER TABLE stock ADD COLUMN warehouse text NOT NULL DEFAULT 'main';
ALTER TABLE saga ADD COLUMN carrier_hint text;
CREATE TABLE gift (order_id uuid PRIMARY KEY, note text NOT NULL);
CREATE INDEX orders_gift ON orders (gift_note) WHERE gift_note IS NOT NULL;
