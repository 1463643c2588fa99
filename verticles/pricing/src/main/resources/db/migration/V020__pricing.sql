-- PricingEngine: list and member price of every SKU, and discounts that run from one instant to another.
CREATE TABLE price (
  sku          text PRIMARY KEY REFERENCES variant,
  list_cents   int NOT NULL CHECK (list_cents BETWEEN 1 AND 10000000),
  member_cents int NOT NULL CHECK (member_cents BETWEEN 1 AND list_cents)
);

CREATE TABLE discount (
  discount_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id  text NOT NULL REFERENCES product,
  percent     int NOT NULL CHECK (percent BETWEEN 1 AND 90),
  starts_at   timestamptz NOT NULL,
  ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at)
);

CREATE TABLE price_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version  bigint NOT NULL
);
INSERT INTO price_version (version) VALUES (1);

INSERT INTO price (sku, list_cents, member_cents)
SELECT v.sku, cents, cents * 9 / 10
FROM variant v
JOIN (VALUES ('tee-classic', 4900), ('tee-oversize', 6900), ('longsleeve', 7900),
             ('hoodie', 12900), ('tank', 3900), ('tee-flash', 4900)) AS p (product_id, base)
  USING (product_id),
LATERAL (SELECT base + CASE v.size WHEN 'XXL' THEN 500 WHEN 'XL' THEN 300 ELSE 0 END) AS c (cents);

-- The flash sale runs from the start; the hoodies' autumn week has passed and shows the shape.
INSERT INTO discount (product_id, percent, starts_at, ends_at) VALUES
  ('tee-flash', 60, '2026-01-01T00:00:00Z', '2036-01-01T00:00:00Z'),
  ('hoodie',    20, '2025-10-01T00:00:00Z', '2025-10-08T00:00:00Z');
