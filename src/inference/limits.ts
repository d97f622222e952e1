/** The limits of a call to a model, with defaults for those that are seldom changed. */
import type { AnswerLimits } from "./fetch.ts";
import type { RetryLimits } from "./retry.ts";
import type { WatchLimits } from "./watch.ts";

export type InferenceLimits = WatchLimits &
  AnswerLimits &
  RetryLimits & {
    /** Of a provider's own words about an error. */
    errorChars: number;
  };

export type GivenLimits = Partial<InferenceLimits> &
  Pick<InferenceLimits, "firstByteMs" | "idleMs" | "replyBytesMax">;

export function withDefaults(given: GivenLimits): InferenceLimits {
  return { ...DEFAULTS, ...given };
}

const DEFAULTS = {
  callMs: 3_600_000,
  callsMax: 3,
  retryAfterMsMax: 5_000,
  eventBytesMax: 1_048_576,
  errorBytesMax: 16_384,
  errorChars: 500,
} satisfies Partial<InferenceLimits>;
