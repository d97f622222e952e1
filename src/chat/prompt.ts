/** A visible path → the messages a provider is asked with. */
import type { Message } from "../domain.ts";
import { estimateTokens } from "./context/room.ts";
import type { PromptMessage } from "./files/fill.ts";
import { filesOf } from "./files/parts.ts";
import { textOf } from "./run.ts";

export type PromptOptions = {
  systemPrompt: string | null;
  /** The system prompt included: what does not fit is left out in whole turns, from the oldest on. */
  tokensMax: number;
  /** What estimates are to be multiplied by. */
  correction: number;
  /** The last message is a reply that ended early: ask for the rest of it. */
  isContinued: boolean;
  /** Null where nobody tells: then they go along. */
  takesImages: boolean | null;
  /** No more than that go along; those of the newest turn do in any case. */
  imagesMax: number;
};

export type Prompt = {
  messages: PromptMessage[];
  /** Of all of them, uncorrected. */
  tokensEstimate: number;
  /** The first message that goes along, where any before it do not. */
  from: string | null;
};

/** The path's messages up to the reply that is to be written, which must be its last one. */
export function buildPrompt(path: Message[], options: PromptOptions): Prompt {
  const { systemPrompt, isContinued } = options;
  const asked = (isContinued ? path : path.slice(0, -1))
    .map((message) => ({ id: message.id, message: promptMessage(message, options.takesImages) }))
    .filter(({ message }) => message.content !== "" || message.files !== undefined);
  const written = asked.map(({ message }) => message);
  const around: PromptMessage[] = [
    ...(systemPrompt === null ? [] : [{ role: "system", content: systemPrompt } as const]),
    ...(isContinued ? [{ role: "user", content: goOn } as const] : []),
  ];
  const room = options.tokensMax / options.correction - sumOf(around);
  const first = firstWithin(written, room, options.imagesMax);
  const [system, last] = [
    around.slice(0, systemPrompt === null ? 0 : 1),
    isContinued ? around.slice(-1) : [],
  ];
  const messages = [...system, ...joinNeighbours([...written.slice(first), ...last])];
  const from = first > 0 ? (asked[first]?.id ?? null) : null;
  return { messages, tokensEstimate: sumOf(messages), from };
}

const goOn = "Your reply was cut off. Go on exactly where it stopped, without repeating any of it.";

/**
 * Reasoning stays out: providers ask for that, and it would be paid for again at each turn. Who can't see images is
 * told that there was one.
 */
function promptMessage({ role, parts }: Message, takesImages: boolean | null): PromptMessage {
  const all = filesOf(parts);
  const files = takesImages === false ? all.filter(({ type }) => type !== "image") : all;
  const unseen = all
    .filter((file) => !files.includes(file))
    .map(({ name }) => `[Picture ${JSON.stringify(name)}]`);
  const content = [textOf(parts).text, ...unseen].filter((each) => each !== "").join("\n\n");
  return { role, content, ...(files.length === 0 ? {} : { files }) };
}

function sumOf(messages: PromptMessage[]): number {
  return messages.reduce((sum, message) => sum + estimateOf(message), 0);
}

function estimateOf({ content, files = [] }: PromptMessage): number {
  return files.reduce((sum, { tokens }) => sum + tokens, estimateTokens(content));
}

/** Several models refuse two messages of one role in a row, which a failed reply leaves behind. */
function joinNeighbours(messages: PromptMessage[]): PromptMessage[] {
  const joined: PromptMessage[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === message.role) {
      const content = [last.content, message.content].filter((each) => each !== "").join("\n\n");
      const files = [...(last.files ?? []), ...(message.files ?? [])];
      joined[joined.length - 1] = { role: last.role, content, ...(files.length === 0 ? {} : { files }) };
    } else joined.push(message);
  }
  return joined;
}

/** At least the newest turn; each begins with what a person said, so that no reply is without its question. */
function firstWithin(written: PromptMessage[], tokens: number, imagesMax: number): number {
  let first = written.findLastIndex(({ role }) => role === "user");
  const newest = written.slice(Math.max(first, 0));
  let room = tokens - sumOf(newest);
  let images = newest.reduce((sum, message) => sum + imagesIn(message), 0);
  for (let index = first - 1; index >= 0; index -= 1) {
    const message = written[index];
    if (message === undefined) break;
    room -= estimateOf(message);
    images += imagesIn(message);
    if (room < 0 || images > imagesMax) break;
    if (message.role === "user") first = index;
  }
  return Math.max(first, 0);
}

function imagesIn({ files = [] }: PromptMessage): number {
  return files.filter(({ type }) => type === "image").length;
}
