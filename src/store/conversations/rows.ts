/** A conversation's row in the file → the conversation. */
import type { Conversation, TitledBy } from "../../domain.ts";
import { choiceColumn, decodeChoice } from "../models/choice.ts";

/** Of `conversations AS c`, what a row of the sidebar shows. */
export const titleColumns = `
  c.id, c.title, c.updated_ms AS updatedMs, c.is_unread AS isUnread, c.pinned_ms AS pinnedMs,
  c.archived_ms AS archivedMs, c.deleted_ms AS deletedMs`;

/** Of `conversations AS c`, all. */
export const conversationColumns = `${titleColumns},
  c.owner, c.titled_by AS titledBy, c.leaf, c.revision, c.created_ms AS createdMs, (
    SELECT json_group_array(tag ORDER BY tag) FROM tags WHERE owner = c.owner AND conversation = c.id
  ) AS tags, ${choiceColumn}`;

/** Beside them, for rows of lists. */
export const runningColumn = `EXISTS (
    SELECT 1 FROM generations AS g WHERE g.owner = c.owner AND g.conversation = c.id AND g.state = 'running'
  ) AS running`;

export type ConversationColumns = {
  id: string;
  owner: string;
  title: string;
  titledBy: TitledBy;
  leaf: string | null;
  revision: number;
  createdMs: number;
  updatedMs: number;
  isUnread: number;
  pinnedMs: number | null;
  archivedMs: number | null;
  deletedMs: number | null;
  tags: string;
  choice: string | null;
};

export function toConversation(row: ConversationColumns): Conversation;
export function toConversation(row: ConversationColumns | null): Conversation | null;
export function toConversation(columns: ConversationColumns | null): Conversation | null {
  if (columns === null) return null;
  const { isUnread, tags, choice, ...row } = columns;
  return { ...row, isUnread: isUnread === 1, tags: JSON.parse(tags) as string[], ...decodeChoice(choice) };
}
