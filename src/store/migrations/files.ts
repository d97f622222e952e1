/** The tables of files: what people bring, the bytes of it, and which messages carry it. */

/**
 * Bytes stand in a table of their own, last in their rows, once for each account that brought them: whoever reads
 * messages, lists or files does not touch them. Triggers take away a file with the last message that carries it,
 * and bytes with the last file that has them, whatever deletes the message. What no message carries yet is found by
 * an index of its own.
 */
export const fileTables = `
CREATE TABLE contents (
  number INTEGER PRIMARY KEY,
  owner TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  size INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (owner, hash)
) STRICT;

CREATE TABLE files (
  number INTEGER PRIMARY KEY,
  owner TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  hash TEXT NOT NULL,
  width INTEGER,
  height INTEGER,
  tokens INTEGER NOT NULL,
  is_sent INTEGER NOT NULL DEFAULT 0,
  created_ms INTEGER NOT NULL,
  UNIQUE (owner, id)
) STRICT;
CREATE INDEX files_by_content ON files (owner, hash);
CREATE INDEX files_unsent ON files (created_ms) WHERE is_sent = 0;

CREATE TABLE file_uses (
  message INTEGER NOT NULL REFERENCES messages (number) ON DELETE CASCADE,
  file INTEGER NOT NULL REFERENCES files (number) ON DELETE CASCADE,
  PRIMARY KEY (message, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_uses_by_file ON file_uses (file);

CREATE TRIGGER file_sent AFTER INSERT ON file_uses BEGIN
  UPDATE files SET is_sent = 1 WHERE number = new.file AND is_sent = 0;
END;
CREATE TRIGGER file_unused AFTER DELETE ON file_uses BEGIN
  DELETE FROM files WHERE number = old.file AND NOT EXISTS (SELECT 1 FROM file_uses WHERE file = old.file);
END;
CREATE TRIGGER content_unused AFTER DELETE ON files BEGIN
  DELETE FROM contents WHERE owner = old.owner AND hash = old.hash
  AND NOT EXISTS (SELECT 1 FROM files WHERE owner = old.owner AND hash = old.hash);
END;
`;
