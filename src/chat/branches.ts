/** Turns without a run: which branch is shown, what is stopped, and what is deleted. */
import type { Change } from "../bus/bus.ts";
import { refuse } from "../errors.ts";
import type { Asker, OpNamed, TurnDone, TurnParts } from "./turns.ts";

type BranchParts = Pick<TurnParts, "store" | "bus" | "clock" | "admission">;

export async function chooseBranch(
  { store, bus, clock }: BranchParts,
  { account: owner }: Asker,
  { message }: OpNamed<"branch.choose">,
): Promise<TurnDone> {
  const conversation = await store.turns.choose({ owner, message, nowMs: clock.now() });
  if (conversation === null) throw refuse("not_found", "noMessage");
  bus.publish({ type: "conversation.changed", conversation, change: { type: "path" } });
  return { conversation: conversation.id };
}

/** A stop of what has ended meanwhile is no error: it is what was asked for. Of a race, it may be meant for all. */
export async function stop(
  { store, admission }: BranchParts,
  { account: owner }: Asker,
  { op, message: id }: OpNamed<"generation.stop" | "race.stop">,
): Promise<TurnDone> {
  const message = op === "race.stop" ? await store.conversations.message(owner, id) : null;
  const conversation = message?.conversation ?? (await store.conversations.of(owner, "message", id));
  if (conversation === null) throw refuse("not_found", "noMessage");
  const all = message?.race?.map((rival) => rival.message) ?? [id];
  await Promise.all(all.map((each) => admission.stop(owner, each)));
  return { conversation };
}

/** What is being written below it is stopped first, so that what it took is counted. */
export async function deleteMessage(
  { store, bus, clock, admission }: BranchParts,
  { account: owner }: Asker,
  { conversation: seenIn, message }: OpNamed<"message.delete">,
): Promise<TurnDone> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const result = await store.turns.delete({ owner, message, nowMs: clock.now() });
    switch (result.status) {
      // Sent again, say: that it is not there is what was asked for.
      case "missing":
        return { conversation: seenIn };
      case "deleted": {
        const { conversation, shown } = result;
        const change: Change =
          shown === "others"
            ? { type: "path" }
            : { type: "versions", messages: shown === null ? [] : [shown] };
        bus.publish({ type: "conversation.changed", conversation, change });
        return { conversation: conversation.id };
      }
      case "running":
        await Promise.all(result.messages.map((running) => admission.stop(owner, running)));
    }
  }
  throw refuse("conflict", "stillWritten");
}

/** Somebody may begin a reply below it while another is being stopped, but not again and again. */
const triesMax = 3;
