/** What was chosen for a conversation, as its row and its conversation's row hold it. */
import type { ChatParameters, ModelRef } from "../../domain.ts";

export type Choice = { model: ModelRef | null; parameters: ChatParameters };

/** Of `conversations AS c`. */
export const choiceColumn = `(
  SELECT json_array(endpoint, model, json(parameters)) FROM choices WHERE account = c.owner AND chat = c.id
) AS choice`;

/** What this version does not know is left out. */
export function decodeChoice(json: string | null): Choice {
  const [endpoint, id, parameters] = listIn(json);
  const isChosen = typeof endpoint === "string" && typeof id === "string";
  const isObject = typeof parameters === "object" && parameters !== null;
  return {
    model: isChosen ? { endpoint, id } : null,
    parameters: isObject ? (parameters as ChatParameters) : {},
  };
}

function listIn(json: string | null): unknown[] {
  try {
    const list: unknown = JSON.parse(json ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
