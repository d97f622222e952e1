/** The migrations' tables. */

/**
 * `number` is the order in which rows came to be: times may be equal or go backwards. Ids that browsers make
 * are unique per owner. Foreign keys delete downwards, so that a conversation goes with all that hangs on it;
 * `parent` is none, for that would need an index of its own and messages go with their conversation only.
 * Checkpoints are appended and nothing else is written with them: in one place per generation, they would
 * write a page for each run, three times as slow.
 */
export const schema = `
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account);

CREATE TABLE conversations (
  number INTEGER PRIMARY KEY,
  owner TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  leaf TEXT,
  revision INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  UNIQUE (owner, id)
) STRICT;
CREATE INDEX conversations_by_time ON conversations (owner, updated_ms, number);

CREATE TABLE messages (
  number INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  conversation TEXT NOT NULL,
  parent TEXT,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  parts TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  UNIQUE (owner, id),
  FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX messages_by_conversation ON messages (owner, conversation, parent, role, number, id);

CREATE TABLE processes (
  id TEXT PRIMARY KEY,
  lease_until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE generations (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  conversation TEXT NOT NULL,
  message TEXT NOT NULL,
  process TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'stopped', 'failed', 'interrupted')),
  seq INTEGER NOT NULL,
  endpoint TEXT NOT NULL,
  model TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  provider TEXT,
  finish_reason TEXT,
  first_token_ms INTEGER,
  duration_ms INTEGER,
  tokens_in INTEGER,
  tokens_out INTEGER,
  cost_usd REAL,
  calls INTEGER,
  failure TEXT,
  FOREIGN KEY (owner, message) REFERENCES messages (owner, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX generations_by_message ON generations (owner, message, number);
CREATE INDEX generations_running ON generations (owner, conversation) WHERE state = 'running';
CREATE INDEX generations_by_state ON generations (state);

CREATE TABLE checkpoints (
  number INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL REFERENCES generations (number) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  text TEXT NOT NULL,
  reasoning TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX checkpoints_by_generation ON checkpoints (generation, seq);

CREATE TABLE usage (
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  day TEXT NOT NULL,
  kind TEXT NOT NULL,
  runs INTEGER NOT NULL,
  tokens_in INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  PRIMARY KEY (account, day, kind)
) STRICT, WITHOUT ROWID;
`;

export const signIn = `
ALTER TABLE sessions ADD COLUMN agent TEXT;
ALTER TABLE sessions ADD COLUMN seen_ms INTEGER;
ALTER TABLE sessions ADD COLUMN signed_in_ms INTEGER;
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
