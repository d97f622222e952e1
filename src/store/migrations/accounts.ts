/** The end of accounts: the mark of one whose owner has deleted it, and what keeps it from being written to again. */

/**
 * Whoever writes for an account begins with its row, so one trigger holds them all off while the sweep takes away
 * what it left. The second index is for conversations that nobody has gone on with.
 */
export const accountEnds = `
ALTER TABLE accounts ADD COLUMN ended_ms INTEGER;
CREATE INDEX accounts_ended ON accounts (ended_ms) WHERE ended_ms IS NOT NULL;
CREATE TRIGGER account_ended BEFORE INSERT ON accounts
WHEN EXISTS (SELECT 1 FROM accounts WHERE id = new.id AND ended_ms IS NOT NULL) BEGIN
  SELECT RAISE(ABORT, 'the account has ended');
END;

CREATE INDEX conversations_untouched ON conversations (updated_ms)
  WHERE pinned_ms IS NULL AND deleted_ms IS NULL;
`;
