/** Which model answers, and with what parameters: as asked, as chosen for the conversation, or as in the settings. */
import type { Conversation, ModelRef } from "../domain.ts";
import { refuse } from "../errors.ts";
import type { ModelOp, TurnOp } from "../protocol.ts";
import type { Asker, TurnDone, TurnParts } from "./turns.ts";

/** The one that is asked for, or the conversation's. An endpoint that is gone has had its time. */
export async function modelFor(
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
      if (changed === null) parts.bus.publish({ type: "model.chosen", owner, conversation, model });
      tell(parts, changed);
      break;
    }
    case "model.configure": {
      const { parameters } = op;
      tell(parts, await store.models.configure({ owner, conversation, parameters, nowMs }));
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

function tell({ bus }: TurnParts, conversation: Conversation | null): void {
  if (conversation === null) return;
  bus.publish({ type: "conversation.changed", conversation, change: { type: "about" } });
}
