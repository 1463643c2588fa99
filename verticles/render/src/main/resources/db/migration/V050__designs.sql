-- A design is its content: the id is the SHA-256 of the canonical form, so a row never changes.
CREATE TABLE designs (
  design_id  text PRIMARY KEY CHECK (design_id ~ '^[0-9a-f]{64}$' AND length(design_id) = 64),
  content    bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
