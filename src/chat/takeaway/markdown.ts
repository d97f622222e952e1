/** Conversations as one Markdown text, to be read: of each the branch on show, without thoughts. */
import type { Conversation } from "../../domain.ts";
import type { TakenMessage } from "../../store/takeaway/takeaway-store.ts";
import { fence } from "../files/fence.ts";
import { textOf } from "../run.ts";
import { pagesOf, taken, type TakeawayParts } from "./pages.ts";
import { textsOf, type ReadText } from "./texts.ts";

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
    const read = textsOf(parts, owner);
    for await (const messages of pagesOf(parts, conversation)) {
      for (const message of messages.filter(({ id }) => shown.has(id))) {
        yield messageOf(message, you, await filesOf(message, read));
      }
    }
  }
}

function headOf({ title, tags, createdMs, updatedMs }: Conversation): string {
  const marks = tags.map((tag) => ` · #${tag}`).join("");
  return `# ${inLine(title)}\n\n${minute(createdMs)} – ${minute(updatedMs)}${marks}\n`;
}

function messageOf(
  { role, parts, createdMs, generation }: TakenMessage,
  you: string,
  files: string[],
): string {
  const provider = generation?.receipt?.provider;
  const model = inLine(generation?.model.id ?? "");
  const who = role === "user" ? you : provider == null ? model : `${model} (${inLine(provider)})`;
  const said = [textOf(parts).text.trimEnd(), ...files].filter((each) => each !== "").join("\n\n");
  return `\n## ${who}\n\n*${minute(createdMs)}*\n\n${said}\n`;
}

/** By their names; a text in full. */
async function filesOf({ parts }: TakenMessage, read: ReadText): Promise<string[]> {
  const files: string[] = [];
  for (const part of parts) {
    if (!("file" in part)) continue;
    const content = await read(part);
    files.push(`\\[${inLine(part.name)}\\]`, ...(content === null ? [] : [fence(content)]));
  }
  return files;
}

/** What stands in a heading ends with its line, and is no Markdown. */
function inLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>#]/g, "\\$&");
}

function minute(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
