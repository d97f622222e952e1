/** Links by which others may read a branch. */

/**
 * A link ends with its conversation, or with the message it leads to: foreign keys see to that. The secret in it is
 * known by its hash, and kept sealed for who made it: see auth/shares.ts.
 */
export const shareTable = `
CREATE TABLE shares (
  owner TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  secret_hash TEXT NOT NULL UNIQUE,
  sealed TEXT NOT NULL,
  conversation TEXT NOT NULL,
  leaf TEXT NOT NULL,
  title TEXT NOT NULL,
  is_live INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  PRIMARY KEY (owner, id),
  FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE,
  FOREIGN KEY (owner, leaf) REFERENCES messages (owner, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX shares_by_conversation ON shares (owner, conversation);
CREATE INDEX shares_by_leaf ON shares (owner, leaf);
`;
