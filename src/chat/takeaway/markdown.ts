/** Conversations as one Markdown text, to be read: of each the branch on show, without thoughts. */
import type { Conversation } from "../../domain.ts";
import type { TakenMessage } from "../../store/takeaway/takeaway-store.ts";
import { textOf } from "../run.ts";
import { pagesOf, taken, type TakeawayParts } from "./pages.ts";

/** As `toJson`; `you` is what the person is called. */
export async function* toMarkdown(
  parts: TakeawayParts,
  owner: string,
  ids: readonly string[],
  you: string,
): AsyncGenerator<string> {
  let isFirst = true;
  for await (const conversation of taken(parts, owner, ids)) {
    yield `${isFirst ? "" : "\n---\n\n"}${headOf(conversation)}`;
    isFirst = false;
    const shown = await parts.store.takeaway.shown(owner, conversation.id);
    for await (const messages of pagesOf(parts, conversation)) {
      yield messages
        .filter(({ id }) => shown.has(id))
        .map((message) => messageOf(message, you))
        .join("");
    }
  }
}

function headOf({ title, tags, createdMs, updatedMs }: Conversation): string {
  const marks = tags.map((tag) => ` · #${tag}`).join("");
  return `# ${inLine(title)}\n\n${minute(createdMs)} – ${minute(updatedMs)}${marks}\n`;
}

function messageOf({ role, parts, createdMs, generation }: TakenMessage, you: string): string {
  const provider = generation?.receipt?.provider;
  const model = inLine(generation?.model.id ?? "");
  const who = role === "user" ? you : provider == null ? model : `${model} (${inLine(provider)})`;
  return `\n## ${who}\n\n*${minute(createdMs)}*\n\n${textOf(parts).text.trimEnd()}\n`;
}

/** What stands in a heading ends with its line, and is no Markdown. */
function inLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>#]/g, "\\$&");
}

function minute(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
