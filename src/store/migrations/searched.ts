/** Full-text search: two indexes without the text itself, and the lists of what has to be put into them. */

/**
 * Triggers note what has changed, and search/upkeep.ts puts it into the index a little at a time: so no writer can
 * forget it, a send is as quick as before, and a file of an older version is searched like any other, if not at
 * once. Words come split and folded by search/words.ts; marks are letters here, for in Thai and Hindi words they are.
 * A word's beginning is found by its first two letters in an index of their own: without it, a beginning that a
 * hundred thousand messages have took 20 ms, and one letter alone, which is not asked for, eight times as much.
 */
export const searched = `
CREATE VIRTUAL TABLE message_words USING fts5(
  owner, words, content='', contentless_delete=1, prefix='2',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
);
CREATE VIRTUAL TABLE title_words USING fts5(
  owner, words, content='', contentless_delete=1, prefix='2',
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
);

CREATE TABLE unsearched_messages (number INTEGER PRIMARY KEY) STRICT;
CREATE TABLE unsearched_titles (number INTEGER PRIMARY KEY) STRICT;
INSERT INTO unsearched_messages SELECT number FROM messages WHERE parts <> '[]';
INSERT INTO unsearched_titles SELECT number FROM conversations;

CREATE TRIGGER message_written AFTER INSERT ON messages WHEN new.parts <> '[]' BEGIN
  INSERT OR IGNORE INTO unsearched_messages VALUES (new.number);
END;
CREATE TRIGGER message_rewritten AFTER UPDATE OF parts ON messages BEGIN
  INSERT OR IGNORE INTO unsearched_messages VALUES (new.number);
END;
CREATE TRIGGER message_gone AFTER DELETE ON messages BEGIN
  DELETE FROM unsearched_messages WHERE number = old.number;
  DELETE FROM message_words WHERE rowid = old.number;
END;

CREATE TRIGGER title_written AFTER INSERT ON conversations BEGIN
  INSERT OR IGNORE INTO unsearched_titles VALUES (new.number);
END;
CREATE TRIGGER title_rewritten AFTER UPDATE OF title ON conversations BEGIN
  INSERT OR IGNORE INTO unsearched_titles VALUES (new.number);
END;
CREATE TRIGGER title_gone AFTER DELETE ON conversations BEGIN
  DELETE FROM unsearched_titles WHERE number = old.number;
  DELETE FROM title_words WHERE rowid = old.number;
END;
`;
