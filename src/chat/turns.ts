/** What people do with a conversation: send, edit, regenerate, continue, stop; and branches, see there. */
import type { Bus, Change } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { ChatParameters, Message, ModelRef } from "../domain.ts";
import { refuse } from "../errors.ts";
import type { StoredOp, TurnOp } from "../protocol.ts";
import type { BudgetAsk } from "../store/budget/budget.ts";
import type { Store, Thread } from "../store/store.ts";
import type { TurnResult } from "../store/turns/turn-store.ts";
import type { Admission, Admitted } from "./admission.ts";
import { keepPace, type Buckets, type PaceLimits } from "./admission/pace.ts";
import { chooseBranch, deleteMessage, stop } from "./branches.ts";
import { refuseTooLong } from "./context/refuse.ts";
import type { PromptRoom } from "./context/room.ts";
import { nameOf, partsFor } from "./files/parts.ts";
import { organise } from "./conversations/organise.ts";
import { applyChoice, modelsFor } from "./models.ts";
import { once, type Kept } from "./admission/once.ts";
import { runIdOf } from "./run.ts";
import { titleFrom } from "./titles.ts";

export type TurnParts = {
  store: Store;
  bus: Bus;
  admission: Admission;
  clock: Clock;
  /** This process, in the rows of the generations that it runs. */
  process: string;
  /** Answers where nobody has chosen; the endpoints are those there are. */
  model: ModelRef;
  endpoints: readonly string[];
  /** Who may answer one message side by side. */
  racersMax: number;
  /** Tokens that a model takes; null where nobody tells. */
  roomOf(model: ModelRef, parameters: ChatParameters): PromptRoom | null;
  /** Null where nobody tells. */
  takesImages(model: ModelRef): boolean | null;
  /** Outlive a hot reload. */
  buckets: Buckets;
  kept: Kept<TurnDone>;
  isTemporary(owner: string, conversation: string): boolean;
  limits: PaceLimits & { titleChars: number; tagsMax: number; bucketsMax: number; keptMax: number };
  /** Undefined where there is no budget. */
  budgetFor?(model: ModelRef): BudgetAsk | undefined;
  newId(): string;
};

/** Who asks. The session is stored at the first write. */
export type Asker = { account: string; tokenHash: string };

/** Where the turn now is; the op is acknowledged with it. */
export type TurnDone = { conversation: string };

/** Resolves when the turn is stored; throws AppError with what to tell whoever asked. */
export async function perform(parts: TurnParts, asker: Asker, op: StoredOp): Promise<TurnDone> {
  keepPace(parts.buckets, asker.account, parts.clock.now(), parts.limits);
  switch (op.op) {
    case "message.send":
      return send(parts, asker, op);
    case "message.edit":
      return edit(parts, asker, op);
    case "message.regenerate":
      return regenerate(parts, asker, op);
    case "message.continue":
      return goOn(parts, asker, op);
    case "message.delete":
      return deleteMessage(parts, asker, op);
    case "branch.choose":
      return chooseBranch(parts, asker, op);
    case "generation.stop":
    case "race.stop":
      return stop(parts, asker, op);
    default:
      return "model" in op || "parameters" in op ? applyChoice(parts, asker, op) : organise(parts, asker, op);
  }
}

/** For browsers with scripts, which send again what was not answered, and give what is written a new id each time. */
export function performOnce(parts: TurnParts, asker: Asker, op: StoredOp): Promise<TurnDone> {
  const work = () => perform(parts, asker, op);
  if (op.op !== "message.send" && op.op !== "message.edit") return work();
  // The same id with other words is another message.
  const name = `${asker.account} ${op.id} ${Bun.hash(JSON.stringify(op))}`;
  return once(parts.kept, name, parts.limits, work);
}

export type OpNamed<Name extends TurnOp["op"]> = Extract<TurnOp, { op: Name }>;

function send(parts: TurnParts, asker: Asker, op: OpNamed<"message.send">): Promise<TurnDone> {
  const { store, clock, limits } = parts;
  const write = async (id: string) => {
    await store.sessions.create({ ...asker, nowMs: clock.now() });
    const message = { id, parts: await partsFor(store, asker.account, op) };
    return store.turns.send({
      owner: asker.account,
      conversation: op.conversation,
      isTemporary: op.temporary !== undefined,
      title: titleFrom(nameOf(message.parts), limits.titleChars),
      parent: op.parent,
      message,
      ...(await newReply(parts, asker, op)),
    });
  };
  return take(parts, asker, op, write, (thread, isNext) => {
    const isAppended = isNext && thread.race === undefined;
    return isAppended ? { type: "appended", messages: thread.messages.slice(-2) } : { type: "path" };
  });
}

function edit(parts: TurnParts, asker: Asker, op: OpNamed<"message.edit">): Promise<TurnDone> {
  const write = async (id: string) => {
    const message = { id, parts: await partsFor(parts.store, asker.account, op) };
    const reply = await newReply(parts, asker, op);
    return parts.store.turns.edit({ owner: asker.account, of: op.message, message, ...reply });
  };
  return take(parts, asker, op, write, () => ({ type: "path" }));
}

function regenerate(parts: TurnParts, asker: Asker, op: OpNamed<"message.regenerate">): Promise<TurnDone> {
  const write = async (id: string) => {
    const reply = { ...(await newReply(parts, asker, op)), reply: { id } };
    return parts.store.turns.regenerate({ owner: asker.account, message: op.message, ...reply });
  };
  return take(parts, asker, op, write, () => ({ type: "path" }));
}

function goOn(parts: TurnParts, asker: Asker, op: OpNamed<"message.continue">): Promise<TurnDone> {
  const write = async (id: string) => {
    const { generation, nowMs } = await newReply(parts, asker, op);
    const { account: owner } = asker;
    const run = { ...generation, id: runIdOf(owner, id) };
    return parts.store.turns.resume({ owner, message: op.message, generation: run, nowMs });
  };
  return take(parts, asker, op, write, (thread, isNext) => {
    return isNext ? { type: "message", message: lastOf(thread) } : { type: "path" };
  });
}

/** Room first, then one store call, then the run: what is refused has written nothing. */
async function take(
  parts: TurnParts,
  asker: Asker,
  op: TurnOp,
  write: (id: string) => Promise<TurnResult>,
  changeOf: (thread: Thread, isNext: boolean) => Change,
): Promise<TurnDone> {
  using admitted = await admit(parts, asker.account, op);
  const first = await write(op.id);
  // The id has been used for another text: what is written now is a message of its own.
  const result = first.status === "taken" && "text" in op ? await write(parts.newId()) : first;
  if (result.status !== "created") return answerWritten(result);
  const { conversation } = result.thread;
  const change = changeOf(result.thread, result.isNext);
  // The run first: who hears of the change asks whether one is under way.
  parts.admission.seat(admitted, result.thread, result.rivals);
  parts.bus.publish({ type: "conversation.changed", conversation, change });
  return { conversation: conversation.id };
}

/** What is stored already is no new run: sent again, it is acknowledged, room or not. */
async function admit({ store, admission }: TurnParts, owner: string, op: TurnOp): Promise<Admitted> {
  try {
    return admission.admit(owner, "models" in op ? op.models?.length : 1);
  } catch (error) {
    const written =
      op.op === "message.continue"
        ? await store.conversations.of(owner, "generation", runIdOf(owner, op.id))
        : await store.conversations.of(owner, "message", op.id);
    if (written === null) throw error;
    return admission.readmit(owner);
  }
}

function answerWritten(result: Exclude<TurnResult, { status: "created" }>): TurnDone {
  switch (result.status) {
    case "exists":
      return { conversation: result.conversation };
    case "missing":
      throw refuse("not_found", "noMessage");
    case "taken":
      throw refuse("conflict", "idTaken");
    case "refused":
      throw refuse("conflict", "notContinued");
  }
}

async function newReply(parts: TurnParts, asker: Asker, op: TurnOp) {
  const { newId, process, budgetFor } = parts;
  const [model, ...others] = await modelsFor(parts, asker.account, op);
  for (const each of [model, ...others]) await refuseTooLong(parts, asker.account, op, each);
  const replyOf = (each: ModelRef) => {
    return {
      reply: { id: newId() },
      generation: { id: newId(), process, model: each, budget: budgetFor?.(each) },
    };
  };
  return { ...replyOf(model), rivals: others.map(replyOf), nowMs: parts.clock.now() };
}

function lastOf(thread: Thread): Message {
  const last = thread.messages.at(-1);
  if (last === undefined) throw new Error("a thread without messages");
  return last;
}
