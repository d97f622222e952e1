/** How many tokens a model holds, by its endpoint's list. */
import type { ListedModel, ModelRef } from "../../domain.ts";
import { plain } from "../failover/health.ts";

/** By what `find` knows of each. */
export function contextIn(find: (model: ModelRef) => ListedModel | null): (model: ModelRef) => number | null {
  return (model) => contextOf(find(model), model.id);
}

/** The named provider's; else the least that any tells, since any of them may answer. Null where nobody tells. */
function contextOf(listed: ListedModel | null, id: string): number | null {
  const offers = listed?.offers ?? [];
  const wish = plain(id.slice((listed?.id.length ?? 0) + 1));
  const named = offers.find(({ provider }) => provider !== null && plain(provider) === wish);
  if (named !== undefined) return named.contextTokens;
  const told = offers.flatMap(({ contextTokens }) => (contextTokens === null ? [] : [contextTokens]));
  return told.length === 0 ? null : Math.min(...told);
}
