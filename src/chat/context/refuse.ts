/** What no model's context can hold, or this one can't see, is refused before anything is written. */
import type { ModelRef } from "../../domain.ts";
import { refuse } from "../../errors.ts";
import type { TurnOp } from "../../protocol.ts";
import { attachedTo } from "../files/parts.ts";
import type { TurnParts } from "../turns.ts";
import { estimateTokens } from "./room.ts";

/** Throws AppError where the op's text and files alone are too long for the model, or there are images among them. */
export async function refuseTooLong(
  { store, roomOf, takesImages }: Pick<TurnParts, "store" | "roomOf" | "takesImages">,
  owner: string,
  op: TurnOp,
  model: ModelRef,
): Promise<void> {
  if (!("text" in op)) return;
  const files = await attachedTo(store, owner, op);
  // A message that is written anew may have been for another model: its images are left out.
  if (
    op.op === "message.send" &&
    takesImages(model) === false &&
    files.some(({ type }) => type === "image")
  ) {
    throw refuse("no_images", "noImages");
  }
  const { parameters } = await store.models.of(owner, "conversation" in op ? op.conversation : op.message);
  const room = roomOf(model, parameters);
  const tokens = files.reduce((sum, file) => sum + file.tokens, estimateTokens(op.text));
  if (room === null || tokens <= room.alone) return;
  throw refuse("too_long", "tooLong", { about: tokens, takes: room.alone });
}
