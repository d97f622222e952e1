/** Errors that have something to say to a person. */

/** What a caller may be told: a stable code and one sentence. Anything else that is thrown is a fault of ours. */
export class AppError extends Error {
  override readonly name = "AppError";
  constructor(
    readonly code: string,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** Another owner's thing and a thing that does not exist get this same answer. */
export function notFound(noun: string): AppError {
  return new AppError("not_found", `There is no such ${noun}.`);
}
