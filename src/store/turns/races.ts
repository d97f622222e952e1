/** Replies that stand side by side, each in its lane, until one is kept. */
import type { GenerationState, Rival } from "../../domain.ts";
import type { Connection } from "../connection.ts";
import { decodeDetails } from "../models/details.ts";

export type Races = ReturnType<typeof racesOf>;

/** Works within the caller's transaction. */
export function racesOf({ db }: Connection) {
  const lanes = db.prepare<LaneRow, [string, string, string]>(`
    SELECT m.id, g.state, g.endpoint, g.model, g.cost_usd AS costUsd, g.details FROM messages AS m
    JOIN generations AS g ON g.number = (
      SELECT max(number) FROM generations WHERE owner = m.owner AND message = m.id
    )
    WHERE m.owner = ? AND m.conversation = ? AND m.parent = ? AND m.role = 'assistant' AND m.race IS NOT NULL
    ORDER BY m.race`);
  const lane = db.prepare<never, [number | null, string, string]>(
    "UPDATE messages SET race = ? WHERE owner = ? AND id = ?",
  );
  const end = db.prepare<never, [string, string, string | null]>(`
    UPDATE messages SET race = NULL
    WHERE owner = ? AND conversation = ? AND parent = ? AND role = 'assistant' AND race IS NOT NULL`);
  const laneOf = db.prepare<{ race: number | null }, [string, string]>(
    "SELECT race FROM messages WHERE owner = ? AND id = ?",
  );
  const forgetRivals = db.prepare<never, [string, string]>(
    "UPDATE choices SET rivals = NULL WHERE account = ? AND chat = ?",
  );
  const chooseModel = db.prepare<never, [string, string, string]>(`
    UPDATE choices SET (endpoint, model) = (
      SELECT endpoint, model FROM generations WHERE owner = ?1 AND message = ?3 ORDER BY number DESC LIMIT 1
    ) WHERE account = ?1 AND chat = ?2`);
  const isIn = (owner: string, message: string) => laneOf.get(owner, message)?.race != null;
  return {
    /** Who stands beside whom, in the order of the lanes; undefined where it is not two at least. */
    rivals(owner: string, conversation: string, parent: string | null): Rival[] | undefined {
      const rows = parent === null ? [] : lanes.all(owner, conversation, parent);
      return rows.length < 2 ? undefined : rows.map(toRival);
    },
    /** Several new replies are a race; one alone takes the lane of the one it is written anew of, or ends the race. */
    place(owner: string, { conversation, parent, of }: Turned, replies: string[]): void {
      const [first = ""] = replies;
      if (replies.length === 1 && of !== undefined && isIn(owner, of)) {
        lane.run(laneOf.get(owner, of)?.race ?? null, owner, first);
        lane.run(null, owner, of);
        return;
      }
      end.run(owner, conversation, parent);
      if (replies.length === 1) return;
      for (const [at, reply] of replies.entries()) lane.run(at + 1, owner, reply);
      forgetRivals.run(owner, conversation);
    },
    /** Its replies are ordinary branches from now on. */
    end: (owner: string, conversation: string, parent: string | null) => end.run(owner, conversation, parent),
    /** The one that is kept ends its race, and its model answers next; false where it is in none. */
    keep(owner: string, { id, conversation, parent }: Kept): boolean {
      if (!isIn(owner, id)) return false;
      end.run(owner, conversation, parent);
      chooseModel.run(owner, conversation, id);
      return true;
    },
  };
}

/** Where replies were written; `of` is the one that was to be written anew. */
type Turned = { conversation: string; parent: string | null; of: string | undefined };

type Kept = { id: string; conversation: string; parent: string | null };

type LaneRow = {
  id: string;
  state: GenerationState;
  endpoint: string;
  model: string;
  costUsd: number | null;
  details: string | null;
};

function toRival({ id: message, state, endpoint, model: id, costUsd, details }: LaneRow): Rival {
  const isEstimate = decodeDetails(details).details?.isEstimate ?? false;
  return { message, state, model: { endpoint, id }, costUsd, isEstimate };
}
