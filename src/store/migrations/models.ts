/** The tables of models: what endpoints list, what people choose, and what it took. */

/**
 * `choices` has no foreign key to conversations, for a new chat has its choices before its first message; hence
 * the trigger. Its columns are called so that a query over conversations can name its own `owner` and `id`
 * within. `model_usage` outlives its conversations, as `usage` does.
 */
export const modelTables = `
CREATE TABLE catalogues (
  endpoint TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  models TEXT NOT NULL,
  fetched_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE choices (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  chat TEXT NOT NULL,
  endpoint TEXT,
  model TEXT,
  parameters TEXT NOT NULL DEFAULT '{}',
  changed_ms INTEGER NOT NULL,
  PRIMARY KEY (account, chat)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER choices_end AFTER DELETE ON conversations BEGIN
  DELETE FROM choices WHERE account = old.owner AND chat = old.id;
END;
INSERT INTO choices (account, chat, endpoint, model, changed_ms)
  SELECT c.owner, c.id, g.endpoint, g.model, c.updated_ms FROM conversations AS c JOIN generations AS g
  ON g.number = (SELECT max(number) FROM generations WHERE owner = c.owner AND message = c.leaf);

CREATE TABLE model_marks (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  endpoint TEXT NOT NULL,
  model TEXT NOT NULL,
  favourite_ms INTEGER,
  chosen_ms INTEGER,
  PRIMARY KEY (account, endpoint, model)
) STRICT, WITHOUT ROWID;

ALTER TABLE generations ADD COLUMN details TEXT;

CREATE TABLE model_usage (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  day TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  model TEXT NOT NULL,
  runs INTEGER NOT NULL,
  tokens_in INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  estimated_usd REAL NOT NULL,
  unpriced INTEGER NOT NULL,
  PRIMARY KEY (account, day, endpoint, model)
) STRICT, WITHOUT ROWID;
INSERT INTO model_usage
  SELECT owner, date(ended_ms / 1000, 'unixepoch'), endpoint, model, count(*), total(tokens_in), total(tokens_out),
  total(cost_usd), 0, count(*) - count(cost_usd) FROM generations WHERE ended_ms IS NOT NULL GROUP BY 1, 2, 3, 4;
`;
