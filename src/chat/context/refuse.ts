/** What no model's context can hold is refused before anything is written. */
import type { ModelRef } from "../../domain.ts";
import { refuse } from "../../errors.ts";
import type { TurnOp } from "../../protocol.ts";
import type { TurnParts } from "../turns.ts";
import { estimateTokens } from "./room.ts";

/** Throws AppError where the op's text alone is too long for the model. */
export async function refuseTooLong(
  { store, roomOf }: Pick<TurnParts, "store" | "roomOf">,
  owner: string,
  op: TurnOp,
  model: ModelRef,
): Promise<void> {
  if (!("text" in op)) return;
  const { parameters } = await store.models.of(owner, "conversation" in op ? op.conversation : op.message);
  const room = roomOf(model, parameters);
  const tokens = estimateTokens(op.text);
  if (room === null || tokens <= room.alone) return;
  throw refuse("too_long", "tooLong", { about: tokens, takes: room.alone });
}
