/** What people do with a conversation: send, edit, regenerate, continue, choose a branch, stop. */
import type { Bus, Change } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { Message, ModelRef } from "../domain.ts";
import { AppError, notFound } from "../errors.ts";
import type { TurnOp } from "../protocol.ts";
import type { Store, Thread, TurnResult } from "../store/store.ts";
import type { Generations } from "./generation.ts";
import { buildPrompt } from "./prompt.ts";
import { titleFrom } from "./titles.ts";

export type TurnParts = {
  store: Store;
  bus: Bus;
  generations: Generations;
  clock: Clock;
  model: ModelRef;
  /** Parameters of each request; see prompt.ts for the prompt's. */
  settings: { systemPrompt: string | null; temperature: number; maxTokens: number };
  limits: { titleChars: number; promptCharsMax: number };
  newId(): string;
};

/** Who asks. The session is stored at the first write. */
export type Asker = { account: string; tokenHash: string };

/** Where the turn now is; the op is acknowledged with it. */
export type TurnDone = { conversation: string };

/** Resolves when the turn is stored; throws AppError with what to tell whoever asked. */
export async function perform(parts: TurnParts, asker: Asker, op: TurnOp): Promise<TurnDone> {
  switch (op.op) {
    case "message.send":
      return send(parts, asker, op);
    case "message.edit":
      return edit(parts, asker, op);
    case "message.regenerate":
      return regenerate(parts, asker, op);
    case "message.continue":
      return goOn(parts, asker, op);
    case "branch.choose":
      return choose(parts, asker, op);
    case "generation.stop":
      return stop(parts, asker, op);
  }
}

type OpNamed<Name extends TurnOp["op"]> = Extract<TurnOp, { op: Name }>;

async function send(parts: TurnParts, asker: Asker, op: OpNamed<"message.send">): Promise<TurnDone> {
  const { store, clock, limits } = parts;
  await admit(parts, asker, op);
  await store.sessions.create({ ...asker, nowMs: clock.now() });
  const input = {
    owner: asker.account,
    conversation: op.conversation,
    title: titleFrom(op.text, limits.titleChars),
    parent: op.parent,
    message: { id: op.id, parts: [{ type: "text" as const, text: op.text }] },
    ...newReply(parts),
  };
  const result = await store.turns.send(input);
  // The id has been used for another text: what was written now is a message of its own.
  if (result.status === "taken") return send(parts, asker, { ...op, id: parts.newId() });
  return begin(parts, asker, result, (thread, isNext) => {
    return isNext ? { type: "appended", messages: thread.messages.slice(-2) } : { type: "path" };
  });
}

async function edit(parts: TurnParts, asker: Asker, op: OpNamed<"message.edit">): Promise<TurnDone> {
  await admit(parts, asker, op);
  const message = { id: op.id, parts: [{ type: "text" as const, text: op.text }] };
  const input = { owner: asker.account, of: op.message, message, ...newReply(parts) };
  const result = await parts.store.turns.edit(input);
  if (result.status === "taken") return edit(parts, asker, { ...op, id: parts.newId() });
  return begin(parts, asker, result, () => ({ type: "path" }));
}

async function regenerate(
  parts: TurnParts,
  asker: Asker,
  op: OpNamed<"message.regenerate">,
): Promise<TurnDone> {
  await admit(parts, asker, op);
  const input = { owner: asker.account, message: op.message, ...newReply(parts), reply: { id: op.id } };
  return begin(parts, asker, await parts.store.turns.regenerate(input), () => ({ type: "path" }));
}

async function goOn(parts: TurnParts, asker: Asker, op: OpNamed<"message.continue">): Promise<TurnDone> {
  await admit(parts, asker, op);
  const { generation, nowMs } = newReply(parts);
  const input = {
    owner: asker.account,
    message: op.message,
    generation: { ...generation, id: op.id },
    nowMs,
  };
  const result = await parts.store.turns.resume(input);
  return begin(parts, asker, result, (thread, isNext) => {
    return isNext ? { type: "message", message: lastOf(thread) } : { type: "path" };
  });
}

async function choose(parts: TurnParts, asker: Asker, op: OpNamed<"branch.choose">): Promise<TurnDone> {
  const input = { owner: asker.account, message: op.message, nowMs: parts.clock.now() };
  const chosen = await parts.store.turns.choose(input);
  if (chosen === null) throw notFound("message");
  parts.bus.publish({ type: "conversation.changed", conversation: chosen, change: { type: "path" } });
  return { conversation: chosen.id };
}

/** A stop of what has ended meanwhile is no error: it is what was asked for. */
async function stop(parts: TurnParts, asker: Asker, op: OpNamed<"generation.stop">): Promise<TurnDone> {
  const conversation = await parts.store.conversations.of(asker.account, "message", op.message);
  if (conversation === null) throw notFound("message");
  await parts.generations.stop(asker.account, op.message);
  return { conversation };
}

/** What is stored already is no new run: sent again, it is acknowledged, room or not. */
async function admit(parts: TurnParts, { account }: Asker, op: TurnOp): Promise<void> {
  const noun = op.op === "message.continue" ? "generation" : "message";
  const conversation = await parts.store.conversations.of(account, noun, op.id);
  if (conversation === null) parts.generations.admit(account);
}

/** The turn is stored: starts the run, and tells who watches. */
function begin(
  parts: TurnParts,
  asker: Asker,
  result: TurnResult,
  changeOf: (thread: Thread, isNext: boolean) => Change,
): TurnDone {
  switch (result.status) {
    case "exists":
      return { conversation: result.conversation };
    case "missing":
      throw notFound("message");
    case "taken":
      throw new AppError("conflict", "That id belongs to something else.");
    case "refused":
      throw new AppError("conflict", "That reply can't be continued: it is being written, or is whole.");
    case "created":
      break;
  }
  const { conversation, messages } = result.thread;
  const change = changeOf(result.thread, result.isNext);
  // The run first: who hears of the change asks whether one is under way.
  run(parts, asker, conversation.id, messages);
  parts.bus.publish({ type: "conversation.changed", conversation, change });
  return { conversation: conversation.id };
}

function run(parts: TurnParts, asker: Asker, conversation: string, path: Message[]): void {
  const reply = path.at(-1);
  const generation = reply?.generation;
  if (reply === undefined || !generation) throw new Error("a turn without a generation at its end");
  // After thoughts alone there are no words to go on from.
  const isContinued = reply.parts.some((part) => part.type === "text" && part.text !== "");
  const { systemPrompt, temperature, maxTokens } = parts.settings;
  const { promptCharsMax } = parts.limits;
  const { id, model } = generation;
  const times = { startedMs: parts.clock.now(), waitedMs: 0 };
  const owner = asker.account;
  const input = { id, owner, conversation, message: reply.id, model, base: reply.parts, ...times };
  const messages = buildPrompt(path, { systemPrompt, promptCharsMax, isContinued });
  parts.generations.start(input, { model: model.id, messages, maxTokens, temperature });
}

function newReply(parts: TurnParts) {
  return {
    reply: { id: parts.newId() },
    generation: { id: parts.newId(), process: parts.generations.parts.process, model: parts.model },
    nowMs: parts.clock.now(),
  };
}

function lastOf(thread: Thread): Message {
  const last = thread.messages.at(-1);
  if (last === undefined) throw new Error("a thread without messages");
  return last;
}
