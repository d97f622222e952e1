/** Which model answers, and with what parameters: as asked, as chosen for the conversation, or as in the settings. */
import type { Conversation, ModelRef } from "../domain.ts";
import { refuse } from "../errors.ts";
import type { ModelOp, TurnOp } from "../protocol.ts";
import type { Asker, TurnDone, TurnParts } from "./turns.ts";

/** Those of a race, each of which must be here; else the one. */
export async function modelsFor(
  parts: Pick<TurnParts, "store" | "model" | "endpoints">,
  owner: string,
  op: TurnOp,
): Promise<[ModelRef, ...ModelRef[]]> {
  const [first, ...rivals] = ("models" in op && op.models) || [];
  if (first === undefined) return [await modelFor(parts, owner, op)];
  for (const { endpoint } of [first, ...rivals])
    if (!parts.endpoints.includes(endpoint)) throw refuse("conflict", "noEndpoint", { endpoint });
  return [first, ...rivals];
}

/** The one that is asked for, or the conversation's. An endpoint that is gone has had its time. */
async function modelFor(
  { store, model, endpoints }: Pick<TurnParts, "store" | "model" | "endpoints">,
  owner: string,
  op: TurnOp,
): Promise<ModelRef> {
  const isHere = (each: ModelRef) => endpoints.includes(each.endpoint);
  if ("model" in op && op.model !== undefined && isHere(op.model)) return op.model;
  const { model: chosen } = await store.models.of(owner, "conversation" in op ? op.conversation : op.message);
  return chosen !== null && isHere(chosen) ? chosen : model;
}

/** Resolves when it is stored and told; throws refuse with what to tell whoever asked. */
export async function applyChoice(parts: TurnParts, asker: Asker, op: ModelOp): Promise<TurnDone> {
  const { store, clock } = parts;
  const { conversation } = op;
  const nowMs = clock.now();
  const owner = asker.account;
  if (op.op !== "model.configure" && !parts.endpoints.includes(op.model.endpoint)) {
    throw refuse("conflict", "noEndpoint", { endpoint: op.model.endpoint });
  }
  await store.sessions.create({ ...asker, nowMs });
  switch (op.op) {
    case "model.choose": {
      const { model } = op;
      const changed = await store.models.choose({ owner, conversation, model, nowMs });
      if (changed === null) await tellDraft(parts, owner, conversation);
      tell(parts, changed);
      break;
    }
    case "model.configure": {
      const { parameters } = op;
      tell(parts, await store.models.configure({ owner, conversation, parameters, nowMs }));
      break;
    }
    case "model.race":
    case "model.unrace": {
      const { model } = op;
      const isRival = op.op === "model.race";
      const max = parts.racersMax;
      // One of them is the conversation's own model.
      const race = { owner, conversation, model, isRival, max: max - 1, nowMs };
      const changed = await store.models.race(race);
      if (changed === "full") throw refuse("conflict", "raceFull", { max });
      if (changed === null) await tellDraft(parts, owner, conversation);
      tell(parts, changed);
      parts.bus.publish({ type: "model.raced", owner, conversation, model, isRival });
      break;
    }
    case "model.favour":
    case "model.unfavour": {
      const { model } = op;
      const isFavourite = op.op === "model.favour";
      await store.models.favour({ owner, model, isFavourite, nowMs });
      parts.bus.publish({ type: "model.favoured", owner, model, isFavourite });
    }
  }
  return { conversation };
}

/** A chat that is not begun has no revision to raise. */
async function tellDraft({ store, bus }: TurnParts, owner: string, conversation: string): Promise<void> {
  const choice = await store.models.of(owner, conversation);
  bus.publish({ type: "model.chosen", owner, conversation, choice });
}

function tell({ bus }: TurnParts, conversation: Conversation | null): void {
  if (conversation === null) return;
  bus.publish({ type: "conversation.changed", conversation, change: { type: "about" } });
}
