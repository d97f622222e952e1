/** A message and all that hangs below it, or leads to it, as the beginning of a statement. */

/**
 * ?1 is the owner, ?2 the message. A child is younger than its parent, so the youngest of a branch has none, and the
 * walk ends even in a damaged file. CROSS JOIN keeps SQLite from walking the owner's messages and looking each up in
 * the branch.
 */
export const withBranch = `
  WITH RECURSIVE branch (number, id, conversation) AS (
    SELECT number, id, conversation FROM messages WHERE owner = ?1 AND id = ?2
    UNION ALL
    SELECT m.number, m.id, m.conversation FROM branch AS b CROSS JOIN messages AS m
    ON m.owner = ?1 AND m.conversation = b.conversation AND m.parent = b.id AND m.number > b.number
  )`;

/** The same, upwards. */
export const withPath = `
  WITH RECURSIVE path (number, id, parent, role) AS (
    SELECT number, id, parent, role FROM messages WHERE owner = ?1 AND id = ?2
    UNION ALL
    SELECT m.number, m.id, m.parent, m.role FROM path AS p CROSS JOIN messages AS m
    ON m.owner = ?1 AND m.id = p.parent AND m.number < p.number
  )`;

export const newestOfBranch = `${withBranch} SELECT id FROM branch ORDER BY number DESC LIMIT 1`;
