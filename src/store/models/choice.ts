/** What was chosen for a conversation, as its row and its conversation's row hold it. */
import type { ChatParameters, Choice, ModelRef } from "../../domain.ts";

/** Of `choices`. */
export const choiceJson = "json_array(endpoint, model, json(parameters), json(rivals))";

/** Of `conversations AS c`. */
export const choiceColumn = `(
  SELECT ${choiceJson} FROM choices WHERE account = c.owner AND chat = c.id
) AS choice`;

/** What this version does not know is left out. */
export function decodeChoice(json: string | null): Choice {
  const [endpoint, id, parameters, given] = listIn(json);
  const isChosen = typeof endpoint === "string" && typeof id === "string";
  const isObject = typeof parameters === "object" && parameters !== null;
  const rivals = Array.isArray(given) ? given.filter(isModel) : [];
  return {
    model: isChosen ? { endpoint, id } : null,
    parameters: isObject ? (parameters as ChatParameters) : {},
    ...(rivals.length > 0 ? { rivals } : {}),
  };
}

function isModel(value: unknown): value is ModelRef {
  const { endpoint, id } = (value ?? {}) as Record<string, unknown>;
  return typeof endpoint === "string" && typeof id === "string";
}

function listIn(json: string | null): unknown[] {
  try {
    const list: unknown = JSON.parse(json ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
