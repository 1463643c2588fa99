-- ProductCatalog: shirt models and their variants.
CREATE TABLE product (
  product_id text PRIMARY KEY CHECK (product_id ~ '^[a-z0-9-]{3,48}$'),
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  template   text NOT NULL,
  position   int  NOT NULL UNIQUE
);

CREATE TABLE variant (
  sku        text PRIMARY KEY CHECK (sku ~ '^[A-Z0-9-]{3,48}$'),
  product_id text NOT NULL REFERENCES product,
  colour     text NOT NULL,
  size       text NOT NULL,
  position   int  NOT NULL
);
CREATE INDEX variant_product ON variant (product_id, position);

-- One row: counts up with every change, so that readers know when to load again.
CREATE TABLE catalog_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version  bigint NOT NULL
);
INSERT INTO catalog_version (version) VALUES (1);

INSERT INTO product (product_id, name, template, position) VALUES
  ('tee-classic',  'Classic Tee',      'tee-classic',  1),
  ('tee-oversize', 'Oversize Tee',     'tee-oversize', 2),
  ('longsleeve',   'Long Sleeve',      'longsleeve',   3),
  ('hoodie',       'Campus Hoodie',    'hoodie',       4),
  ('tank',         'Summer Tank',      'tank',         5),
  ('tee-flash',    'Flash Sale Tee',   'tee-classic',  6);

-- 5 models x 5 colours x 6 sizes = 150 variants, and the one of the flash sale.
INSERT INTO variant (sku, product_id, colour, size, position)
SELECT upper(p.product_id) || '-' || upper(c.name) || '-' || s.code, p.product_id, c.name, s.code,
       c.n * 10 + s.n
FROM product p,
  (VALUES ('white', 1), ('black', 2), ('navy', 3), ('red', 4), ('green', 5)) AS c (name, n),
  (VALUES ('XS', 1), ('S', 2), ('M', 3), ('L', 4), ('XL', 5), ('XXL', 6)) AS s (code, n)
WHERE p.product_id <> 'tee-flash';

INSERT INTO variant (sku, product_id, colour, size, position)
VALUES ('TEE-FLASH-WHITE-M', 'tee-flash', 'white', 'M', 1);
