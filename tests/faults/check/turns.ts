/** Turns: what was acknowledged is kept once, in its place, for its owner; what was refused is not there. */
import { runIdOf } from "../../../src/chat/run.ts";
import type { Asked, GenerationRow, Kept, MessageRow, Record } from "./record.ts";

export function wrongsOfTurns({ asked }: Record, kept: Kept): string[] {
  const wrongs = kept.faults.map((fault) => `the file: ${fault}`);
  for (const [id, one] of asked) wrongs.push(...wrongsOfOne(id, one, kept));
  const replies = new Map<string, number>();
  for (const row of kept.messages) {
    const one = asked.get(row.id);
    const isAsked = one?.account === row.owner && one.op.op !== "message.continue";
    if (isAsked) continue;
    if (row.role === "user") wrongs.push(`nobody asked for the message ${row.id} (${row.text})`);
    else replies.set(`${row.owner} ${row.parent}`, (replies.get(`${row.owner} ${row.parent}`) ?? 0) + 1);
  }
  for (const [key, count] of replies) if (count > 1) wrongs.push(`${key} has ${count} first replies`);
  return [...wrongs, ...wrongsOfTree(kept)];
}

function wrongsOfOne(id: string, one: Asked, kept: Kept): string[] {
  const made = madeBy(one, kept);
  if (made === null) return [];
  const told = `${one.op.op} ${id}, sent ${one.sentMs.length} times`;
  const wrongs = made.filter((row) => !isInPlace(one, row, kept)).map(() => `${told}: is in the wrong place`);
  if (made.length > 1) wrongs.push(`${told}: is kept ${made.length} times`);
  if (made.length === 0 && one.ackedMs !== null) wrongs.push(`${told}: was acknowledged and is lost`);
  // Sent again after its acknowledgement was lost, it may be refused for another reason: too fast, say.
  const isRefused = one.refusals.length > 0 && one.sentMs.length === 1;
  if (made.length > 0 && isRefused) wrongs.push(`${told}: was refused (${one.refusals.join()}) and is kept`);
  return wrongs;
}

/** Of any owner and anywhere: texts that are asked are unique. Null for an op that makes nothing. */
function madeBy(
  { op, account }: Asked,
  { messages, generations }: Kept,
): (MessageRow | GenerationRow)[] | null {
  switch (op.op) {
    case "message.send":
    case "message.edit":
      return messages.filter((row) => row.role === "user" && row.text === op.text);
    case "message.regenerate":
      return messages.filter((row) => row.id === op.id);
    case "message.continue":
      return generations.filter((row) => row.id === runIdOf(account, op.id));
    default:
      return null;
  }
}

function isInPlace({ op, account }: Asked, row: MessageRow | GenerationRow, { messages }: Kept): boolean {
  const find = (id: string | null) => messages.find((each) => each.owner === account && each.id === id);
  if (row.owner !== account) return false;
  if ("message" in row) return op.op === "message.continue" && row.message === op.message;
  if (row.id !== op.id) return false;
  if (op.op === "message.send") {
    // Sent below a question, it stands below that question's reply.
    const above = find(row.parent);
    const isBelow = row.parent === op.parent || (above?.role === "assistant" && above.parent === op.parent);
    return row.conversation === op.conversation && isBelow;
  }
  if (op.op !== "message.edit" && op.op !== "message.regenerate") return false;
  const model = find(op.message);
  return model !== undefined && row.parent === model.parent && row.conversation === model.conversation;
}

/** Each hangs on an older one of the other role; each question has a reply, each reply its runs. */
function wrongsOfTree({ messages, generations }: Kept): string[] {
  const byId = new Map(messages.map((row) => [`${row.owner} ${row.conversation} ${row.id}`, row]));
  const answered = new Set(messages.map((row) => `${row.owner} ${row.parent}`));
  const hasRuns = new Set(generations.map((row) => `${row.owner} ${row.message}`));
  return messages.flatMap((row) => {
    const parent = byId.get(`${row.owner} ${row.conversation} ${row.parent}`);
    const isRoot = row.parent === null && row.role === "user";
    const isBelow = parent !== undefined && parent.number < row.number && parent.role !== row.role;
    const key = `${row.owner} ${row.id}`;
    return [
      ...(isRoot || isBelow ? [] : [`${row.role} ${row.id} hangs on ${row.parent}`]),
      ...(row.role === "user" && !answered.has(key) ? [`${row.id} has no reply`] : []),
      ...(hasRuns.has(key) === (row.role === "assistant") ? [] : [`${row.id} has the wrong runs`]),
    ];
  });
}
