/** Who wrote a reply so far, for the run that goes on with it. */
import type { FormerRun } from "../../domain.ts";
import { decodeDetails } from "../models/details.ts";

/** Of the run that ended last. */
export type FormerColumns = {
  endpoint: string;
  model: string;
  provider: string | null;
  tokensOut: number | null;
  costUsd: number | null;
  details: string | null;
};

/** It and those before it, oldest first; the newest of more than a few. */
export function formerRuns(last: FormerColumns): FormerRun[] {
  const { endpoint, model: id, provider, tokensOut, costUsd } = last;
  const { before = [], isEstimate } = decodeDetails(last.details).details ?? {};
  const run = {
    model: { endpoint, id },
    provider,
    tokensOut,
    costUsd,
    ...(isEstimate ? { isEstimate } : {}),
  };
  return [...before, run].slice(-formerMax);
}

/** A reply that is stopped and continued again and again keeps a short history. */
const formerMax = 8;
