/** What races add: in which lane a reply stands, and who is to answer beside a conversation's model. */

/** `race` is null for all but replies that stand side by side, until one of them is kept. `rivals` is a JSON list. */
export const raceColumns = `
ALTER TABLE messages ADD COLUMN race INTEGER;
ALTER TABLE choices ADD COLUMN rivals TEXT;
`;
