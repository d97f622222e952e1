/** The store after a schedule, against a small model of the rules: what was asked, what was sent, what is kept. */
import { decodeParts } from "../../../src/store/parts.ts";
import { runIdOf, textOf } from "../../../src/chat/run.ts";
import type { GenerationState, Part } from "../../../src/domain.ts";
import type { Asked } from "./journal.ts";
import { wrongsOfRuns } from "./check-runs.ts";
import type { World } from "./world.ts";

export type MessageRow = {
  number: number;
  owner: string;
  id: string;
  conversation: string;
  parent: string | null;
  role: "user" | "assistant";
  parts: Part[];
};

export type GenerationRow = {
  id: string;
  owner: string;
  message: string;
  process: string;
  state: GenerationState;
  seq: number;
};

/** `gone` are the ids of what has been deleted. */
export type Kept = { messages: MessageRow[]; generations: GenerationRow[]; gone: Set<string> };

export function wrongsOfStore(world: World): string[] {
  const kept = readKept(world);
  return [...wrongsOfTurns(world, kept), ...wrongsOfTree(kept), ...wrongsOfRuns(world, kept)];
}

function readKept({ file }: World): Kept {
  const messages = file.db
    .query<Omit<MessageRow, "parts"> & { parts: string }, []>("SELECT * FROM messages ORDER BY number")
    .all()
    .map((row) => ({ ...row, parts: decodeParts(row.parts) ?? [] }));
  const generations = file.db.query<GenerationRow, []>("SELECT * FROM generations ORDER BY number").all();
  const gone = file.db.query<{ id: string }, []>("SELECT id FROM gone").all();
  return { messages, generations, gone: new Set(gone.map(({ id }) => id)) };
}

/** Once and for its owner: what was acknowledged. Not at all: what was refused. Nothing that nobody asked for. */
function wrongsOfTurns({ journal }: World, kept: Kept): string[] {
  const wrongs: string[] = [];
  const replies = new Map<string, number>();
  for (const [id, asked] of journal.asked) {
    const made = madeBy(kept, asked);
    if (made === null) continue;
    const told = `${asked.op.op} ${id} (acknowledged ${asked.isAcked}, refused ${asked.refusals.join()})`;
    if (made.length > 1) wrongs.push(`${told} is there ${made.length} times`);
    const isGone = kept.gone.has(id) || kept.gone.has(runIdOf(asked.account, id));
    if (made.length === 0 && asked.isAcked && !isGone) wrongs.push(`${told} is lost`);
    const refused = made.some((row) => wasDeleted(journal, kept, row))
      ? asked.refusals.filter((code) => code !== "not_found")
      : asked.refusals;
    if (made.length > 0 && refused.length > 0 && !asked.isRepeated)
      wrongs.push(`${told} was refused and done`);
    for (const row of made) if (!isInPlace(kept, asked, row)) wrongs.push(`${told} is in the wrong place`);
  }
  for (const message of kept.messages) {
    const asked = journal.asked.get(message.id);
    const isAsked = asked?.account === message.owner && asked.op.op !== "message.continue";
    if (message.role === "user" && !isAsked)
      wrongs.push(`nobody asked for the message ${textOf(message.parts).text}`);
    if (message.role === "assistant" && !isAsked) {
      const key = `${message.owner} ${message.parent}`;
      replies.set(key, (replies.get(key) ?? 0) + 1);
    }
  }
  for (const [key, count] of replies) if (count > 1) wrongs.push(`${key} has ${count} replies of its own`);
  return wrongs;
}

/** What stands in a deleted conversation is not there for whoever asks again, and may be had back later. */
function wasDeleted(
  { asked }: World["journal"],
  { messages }: Kept,
  row: MessageRow | GenerationRow,
): boolean {
  const id = "message" in row ? row.message : row.id;
  const message = messages.find((each) => each.owner === row.owner && each.id === id);
  return [...asked.values()].some(({ account, op }) => {
    const isDeletion = op.op === "conversation.delete" && account === row.owner;
    return isDeletion && op.conversation === message?.conversation;
  });
}

/** The rows that an op made; null for one that makes none. */
function madeBy(
  { messages, generations }: Kept,
  { account, op }: Asked,
): (MessageRow | GenerationRow)[] | null {
  switch (op.op) {
    case "message.send":
    case "message.edit":
      return messages.filter(
        (row) => row.owner === account && row.role === "user" && textOf(row.parts).text === op.text,
      );
    case "message.regenerate":
      return messages.filter((row) => row.owner === account && row.role === "assistant" && row.id === op.id);
    case "message.continue":
      return generations.filter((row) => row.id === runIdOf(account, op.id));
    default:
      return null;
  }
}

/** Where its author saw it. */
function isInPlace(
  { messages, gone }: Kept,
  { account, op }: Asked,
  row: MessageRow | GenerationRow,
): boolean {
  const find = (id: string | null) =>
    messages.find((message) => message.owner === account && message.id === id);
  if ("message" in row) return op.op === "message.continue" && row.message === op.message;
  if (op.op === "message.send") {
    const above = find(row.parent);
    const isBelow = row.parent === op.parent || (above?.role === "assistant" && above.parent === op.parent);
    return row.id === op.id && row.conversation === op.conversation && isBelow;
  }
  if (op.op !== "message.edit" && op.op !== "message.regenerate") return false;
  // What it is a version of may be gone, and then cannot tell.
  if (gone.has(op.message)) return row.id === op.id;
  const model = find(op.message);
  return row.id === op.id && row.parent === model?.parent && row.conversation === model.conversation;
}

/** A tree, in the order in which it grew; each reply with its runs. */
function wrongsOfTree({ messages, generations, gone }: Kept): string[] {
  const wrongs: string[] = [];
  for (const message of messages) {
    const same = messages.filter(
      ({ owner, conversation }) => owner === message.owner && conversation === message.conversation,
    );
    const parent = same.find(({ id }) => id === message.parent);
    const isRoot = message.parent === null && message.role === "user";
    // Below a question that lost its replies stands the next one.
    const isOther = parent?.role !== message.role || (gone.size > 0 && message.role === "user");
    const isBelow = parent !== undefined && parent.number < message.number && isOther;
    if (!isRoot && !isBelow) wrongs.push(`${message.role} ${message.id} hangs on ${message.parent}`);
    const runs = generations.filter(({ owner, message: id }) => owner === message.owner && id === message.id);
    if (runs.length > 0 !== (message.role === "assistant"))
      wrongs.push(`${message.id} has ${runs.length} runs`);
    const isAlone = message.role === "user" && !messages.some(({ parent: id }) => id === message.id);
    if (isAlone && gone.size === 0) wrongs.push(`${message.id} has no reply`);
  }
  return wrongs;
}
