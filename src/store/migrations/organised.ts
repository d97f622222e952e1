/** What people do to conversations as a whole: names, pins, the archive, marks, tags. */

/**
 * Each list has an index of its own that holds just its rows, in its order: what is archived or deleted costs the
 * others nothing. An op that was done is remembered with what it did, so that the same one sent again does nothing.
 */
export const organised = `
ALTER TABLE conversations ADD COLUMN titled_by TEXT NOT NULL DEFAULT 'words'
  CHECK (titled_by IN ('words', 'asked', 'model', 'person'));
ALTER TABLE conversations ADD COLUMN is_unread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN pinned_ms INTEGER;
ALTER TABLE conversations ADD COLUMN archived_ms INTEGER;
ALTER TABLE conversations ADD COLUMN deleted_ms INTEGER;

DROP INDEX conversations_by_time;
CREATE INDEX conversations_recent ON conversations (owner, updated_ms, number)
  WHERE pinned_ms IS NULL AND archived_ms IS NULL AND deleted_ms IS NULL;
CREATE INDEX conversations_pinned ON conversations (owner, updated_ms, number)
  WHERE pinned_ms IS NOT NULL AND archived_ms IS NULL AND deleted_ms IS NULL;
CREATE INDEX conversations_archived ON conversations (owner, updated_ms, number)
  WHERE archived_ms IS NOT NULL AND deleted_ms IS NULL;
CREATE INDEX conversations_deleted ON conversations (deleted_ms, owner) WHERE deleted_ms IS NOT NULL;

CREATE TABLE tags (
  owner TEXT NOT NULL,
  tag TEXT NOT NULL,
  conversation TEXT NOT NULL,
  PRIMARY KEY (owner, tag, conversation),
  FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_by_conversation ON tags (owner, conversation, tag);

CREATE TABLE done_ops (
  owner TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  what TEXT NOT NULL,
  done_ms INTEGER NOT NULL,
  PRIMARY KEY (owner, id, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX done_ops_by_time ON done_ops (done_ms);
`;
