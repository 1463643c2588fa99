-- What the printer gets: the design alone, at full resolution. A function of the design, so a row
-- never changes.
CREATE TABLE print_files (
  design_id text PRIMARY KEY REFERENCES designs,
  png       bytea NOT NULL,
  made_at   timestamptz NOT NULL DEFAULT now()
);
