/** Conversations as JSON that can be brought in again: everything there is of them, in a format of our own. */
import type { Assistant, Conversation, Message } from "../../domain.ts";
import type { TakenMessage } from "../../store/takeaway/takeaway-store.ts";
import { pagesOf, taken, type TakeawayParts } from "./pages.ts";
import { textsOf, type ReadText } from "./texts.ts";

/** Raised where what is written could no longer be read by who knows the number before. */
export const formatVersion = 1;

/**
 * A piece for each few messages; joined they are one JSON text. An id that is gone by its turn is left out. Assistants
 * stand in front, where they are taken along, and who does not know of them passes them over.
 */
export async function* toJson(
  parts: TakeawayParts,
  owner: string,
  ids: readonly string[],
  assistants: readonly Assistant[] = [],
): AsyncGenerator<string> {
  const exported = new Date(parts.now()).toISOString();
  const own = assistants.length === 0 ? "" : `"assistants":${JSON.stringify(assistants, null, 1)},`;
  yield `{"format":"banter","version":${formatVersion},"exported":"${exported}",${own}"conversations":[`;
  let isFirst = true;
  for await (const conversation of taken(parts, owner, ids)) {
    yield `${isFirst ? "" : ","}\n${headOf(conversation)}`;
    isFirst = false;
    let before = "";
    const read = textsOf(parts, owner);
    for await (const messages of pagesOf(parts, conversation)) {
      for (const message of messages) {
        yield before + JSON.stringify(await messageOf(message, read));
        before = ",\n";
      }
    }
    yield "]}";
  }
  yield "\n]}\n";
}

/** All but the end of its list of messages. */
function headOf({ id, title, titledBy, leaf, tags, model, parameters, ...times }: Conversation): string {
  const head = {
    id,
    title,
    titledBy,
    created: iso(times.createdMs),
    updated: iso(times.updatedMs),
    pinned: iso(times.pinnedMs),
    archived: iso(times.archivedMs),
    tags,
    model,
    parameters,
    leaf,
  };
  return `${JSON.stringify(head).slice(0, -1)},"messages":[\n`;
}

/** Whoever adds a kind of part adds it here by adding it to messages. A text that is attached has its `content`. */
async function messageOf(
  { id, parent, role, createdMs, parts, generation }: TakenMessage,
  read: ReadText,
): Promise<object> {
  const taken: object[] = [];
  for (const part of parts) {
    const content = await read(part);
    taken.push(content === null ? part : { ...part, content });
  }
  const message = { id, parent, role, created: iso(createdMs), parts: taken };
  return generation === null ? message : { ...message, ...replyOf(generation) };
}

function replyOf({ state, model, receipt, failure }: NonNullable<Message["generation"]>) {
  return { state, model, receipt, failure };
}

function iso(ms: number): string;
function iso(ms: number | null): string | null;
function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
