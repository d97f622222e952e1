/** Who an account belongs to, as the provider names them; when they were last here; and whether they are blocked. */

/**
 * `seen_ms` outlives the sessions it comes from. A sign-in and all that is written begin with the account's row, and a
 * reply of any kind with a generation's, so two triggers hold off who is blocked, whatever was under way.
 */
export const peopleColumns = `
ALTER TABLE accounts ADD COLUMN subject TEXT;
ALTER TABLE accounts ADD COLUMN name TEXT;
ALTER TABLE accounts ADD COLUMN blocked_ms INTEGER;
ALTER TABLE accounts ADD COLUMN seen_ms INTEGER;
UPDATE accounts SET seen_ms = (
  SELECT max(coalesce(s.seen_ms, s.created_ms)) FROM sessions AS s WHERE s.account = accounts.id
);
CREATE INDEX accounts_by_name ON accounts (name) WHERE name IS NOT NULL;

CREATE TRIGGER account_came AFTER INSERT ON sessions BEGIN
  UPDATE accounts SET seen_ms = max(coalesce(seen_ms, 0), coalesce(new.seen_ms, new.created_ms)) WHERE id = new.account;
END;
CREATE TRIGGER account_seen AFTER UPDATE OF seen_ms ON sessions BEGIN
  UPDATE accounts SET seen_ms = max(coalesce(seen_ms, 0), new.seen_ms) WHERE id = new.account;
END;
CREATE TRIGGER account_blocked BEFORE INSERT ON accounts
WHEN EXISTS (SELECT 1 FROM accounts WHERE id = new.id AND blocked_ms IS NOT NULL) BEGIN
  SELECT RAISE(ABORT, 'the account is blocked');
END;
CREATE TRIGGER generation_blocked BEFORE INSERT ON generations
WHEN EXISTS (SELECT 1 FROM accounts WHERE id = new.owner AND blocked_ms IS NOT NULL) BEGIN
  SELECT RAISE(ABORT, 'the account is blocked');
END;
`;
