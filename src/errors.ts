/** Errors that have something to say to a person. */
import { en } from "./words/en.ts";
import { fill, type Values } from "./words/fill.ts";
import type { Refusal } from "./words/en/refusals.ts";

/** What a caller may be told: a stable code and one sentence. Anything else that is thrown is a fault of ours. */
export class AppError extends Error {
  override readonly name = "AppError";
  constructor(
    readonly code: string,
    message: string,
    readonly options: { cause?: unknown; said?: Said } = {},
  ) {
    super(message, options);
  }
}

/** What a reader is told in his own language; `values` are for the holes of the sentence. */
export type Said = { refusal: Refusal; values: Values };

/** An error that a reader may get to see; its message, for the log, is the English of what he is told. */
export function refuse(code: string, refusal: Refusal, values: Values = {}, cause?: unknown): AppError {
  return new AppError(code, fill(en.refusals[refusal], values, en), { cause, said: { refusal, values } });
}
