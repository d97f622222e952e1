/** A visible path → the messages a provider is asked with. */
import type { Message } from "../domain.ts";
import type { ChatMessage } from "../inference/provider.ts";
import { textOf } from "./run.ts";

export type PromptOptions = {
  systemPrompt: string | null;
  /** In UTF-16 units, the system prompt included: what does not fit is left out from the oldest on. */
  promptCharsMax: number;
  /** The last message is a reply that ended early: ask for the rest of it. */
  isContinued: boolean;
};

/** The path's messages up to the reply that is to be written, which must be its last one. */
export function buildPrompt(path: Message[], options: PromptOptions): ChatMessage[] {
  const written = options.isContinued ? path : path.slice(0, -1);
  const messages = written.map(toChatMessage).filter((message) => message.content !== "");
  if (options.isContinued) messages.push({ role: "user", content: goOn });
  const system: ChatMessage[] =
    options.systemPrompt === null ? [] : [{ role: "system", content: options.systemPrompt }];
  const room = options.promptCharsMax - (options.systemPrompt?.length ?? 0);
  return [...system, ...newestWithin(joinNeighbours(messages), room)];
}

const goOn = "Your reply was cut off. Go on exactly where it stopped, without repeating any of it.";

/** Reasoning stays out: providers ask for that, and it would be paid for again at each turn. */
function toChatMessage(message: Message): ChatMessage {
  return { role: message.role, content: textOf(message.parts).text };
}

/** Several models refuse two messages of one role in a row, which a failed reply leaves behind. */
function joinNeighbours(messages: ChatMessage[]): ChatMessage[] {
  const joined: ChatMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === message.role) {
      joined[joined.length - 1] = { role: last.role, content: `${last.content}\n\n${message.content}` };
    } else joined.push(message);
  }
  return joined;
}

/** At least the newest message, and never a reply first: what it answers would be missing. */
function newestWithin(messages: ChatMessage[], chars: number): ChatMessage[] {
  let first = messages.length - 1;
  let room = chars - (messages[first]?.content.length ?? 0);
  while (first > 0) {
    room -= messages[first - 1]?.content.length ?? 0;
    if (room < 0) break;
    first -= 1;
  }
  if (messages[first]?.role === "assistant") first += 1;
  return messages.slice(Math.max(first, 0));
}
