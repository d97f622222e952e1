/** A visible path → the messages a provider is asked with. */
import type { Message } from "../domain.ts";
import type { ChatMessage } from "../inference/provider.ts";
import { estimateTokens } from "./context/room.ts";
import { textOf } from "./run.ts";

export type PromptOptions = {
  systemPrompt: string | null;
  /** The system prompt included: what does not fit is left out in whole turns, from the oldest on. */
  tokensMax: number;
  /** What estimates are to be multiplied by. */
  correction: number;
  /** The last message is a reply that ended early: ask for the rest of it. */
  isContinued: boolean;
};

export type Prompt = {
  messages: ChatMessage[];
  /** Of all of them, uncorrected. */
  tokensEstimate: number;
  /** The first message that goes along, where any before it do not. */
  from: string | null;
};

/** The path's messages up to the reply that is to be written, which must be its last one. */
export function buildPrompt(path: Message[], options: PromptOptions): Prompt {
  const { systemPrompt, isContinued } = options;
  const written = (isContinued ? path : path.slice(0, -1)).filter((message) => contentOf(message) !== "");
  const around: ChatMessage[] = [
    ...(systemPrompt === null ? [] : [{ role: "system", content: systemPrompt } as const]),
    ...(isContinued ? [{ role: "user", content: goOn } as const] : []),
  ];
  const room = options.tokensMax / options.correction - sumOf(around);
  const first = firstWithin(written, room);
  const kept = written.slice(first).map((message): ChatMessage => {
    return { role: message.role, content: contentOf(message) };
  });
  const [system, last] = [
    around.slice(0, systemPrompt === null ? 0 : 1),
    isContinued ? around.slice(-1) : [],
  ];
  const messages = [...system, ...joinNeighbours([...kept, ...last])];
  const from = first > 0 ? (written[first]?.id ?? null) : null;
  return { messages, tokensEstimate: sumOf(messages), from };
}

const goOn = "Your reply was cut off. Go on exactly where it stopped, without repeating any of it.";

/** Reasoning stays out: providers ask for that, and it would be paid for again at each turn. */
function contentOf(message: Message): string {
  return textOf(message.parts).text;
}

function sumOf(messages: ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
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

/** At least the newest turn; each begins with what a person said, so that no reply is without its question. */
function firstWithin(written: Message[], tokens: number): number {
  let first = written.findLastIndex(({ role }) => role === "user");
  let room = tokens - written.slice(Math.max(first, 0)).reduce((sum, each) => sum + estimateOf(each), 0);
  for (let index = first - 1; index >= 0; index -= 1) {
    const message = written[index];
    if (message === undefined) break;
    room -= estimateOf(message);
    if (room < 0) break;
    if (message.role === "user") first = index;
  }
  return Math.max(first, 0);
}

function estimateOf(message: Message): number {
  return estimateTokens(contentOf(message));
}
