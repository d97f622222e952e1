/** Assistants: saved sets of choices that chats begin with. */

/**
 * `choices.assistant` says what a chat that is not begun yet begins with: an assistant's id, or nothing ("") for none
 * at all. It holds copies of the assistant's choices already, so it is there to be named on the page, and no key.
 */
export const assistantTable = `
CREATE TABLE assistants (
  owner TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  icon TEXT NOT NULL,
  endpoint TEXT,
  model TEXT,
  parameters TEXT NOT NULL,
  suggestions TEXT NOT NULL,
  is_default INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX assistants_default ON assistants (owner) WHERE is_default = 1;
ALTER TABLE choices ADD COLUMN assistant TEXT;
`;
