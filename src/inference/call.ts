/** One request to a model, from its sending to the closing of its connection, and its line in the log. */
import type { Log } from "../log.ts";
import { networkError, timedOut } from "./failures.ts";
import { type Fetch, send } from "./fetch.ts";
import { type ReplyEvent, UpstreamError } from "./provider.ts";
import type { InferenceLimits } from "./limits.ts";
import { createRecord } from "./record.ts";
import type { ReplyReader } from "./reply/reader.ts";
import { startWatch, type Watch } from "./watch.ts";

export type CallInput = {
  /** Makes the library send the request by `fetch`; `signal` ends it. */
  ask(fetch: Fetch, signal: AbortSignal): Promise<unknown>;
  limits: InferenceLimits;
  signal: AbortSignal;
  /** Taken out of what a provider says, should it repeat it. */
  token: string | null;
  log: Log;
  /** What the log line begins with: endpoint, model, number of the call. */
  fields: Record<string, unknown>;
};

/** Yields the events of each read together. Throws UpstreamError, or the signal's reason. */
export async function* callOnce(input: CallInput): AsyncGenerator<ReplyEvent[], void> {
  const { signal, limits } = input;
  const own = new AbortController();
  const forward = () => own.abort(signal.reason);
  signal.addEventListener("abort", forward, { once: true });
  const watch = startWatch(limits, (sentence) => own.abort(timedOut(sentence)));
  const record = createRecord();
  let rest: Bytes | null = null;
  try {
    signal.throwIfAborted();
    const answer = await send((fetch) => input.ask(fetch, own.signal), limits, record.answered);
    if (answer.provider !== null) yield [{ type: "provider", name: answer.provider }];
    const bytes = answer.body.getReader();
    const next = createReading(bytes, answer.reader, watch);
    for (let events = await next(); events !== null; events = await next()) {
      for (const event of events) record.heard(event);
      yield events;
    }
    record.ended();
    if (answer.reader.isDone()) rest = bytes;
  } catch (error) {
    throw record.failed(signal.aborted ? signal.reason : error, input.token, limits.errorChars);
  } finally {
    watch.stop();
    signal.removeEventListener("abort", forward);
    void letGo(own, rest);
    input.log.info("upstream.call", { ...input.fields, ...record.fields(signal.aborted) });
  }
}

type Bytes = { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> };

/** Closes the connection; after a well-ended reply only if its body does not end too, as it can be used again. */
async function letGo(own: AbortController, rest: Bytes | null): Promise<void> {
  if (rest === null) return own.abort();
  const timer = setTimeout(() => own.abort(), REST_MS);
  try {
    while (!(await rest.read()).done);
  } catch {
    // Nothing of it is wanted.
  } finally {
    clearTimeout(timer);
  }
}

const REST_MS = 250;

/**
 * Gives the events of each read, then null. Throws the fault once what came before it was given.
 * A function and not one more generator, for each of those costs every token.
 */
function createReading(bytes: Bytes, reader: ReplyReader, watch: Watch): () => Promise<ReplyEvent[] | null> {
  let hasFinished = false;
  let isOver = false;
  let fault: unknown = null;

  async function readOnce() {
    try {
      const { done, value } = await bytes.read();
      watch.heard();
      if (value !== undefined) reader.push(value);
      isOver = done || reader.isDone();
      if (isOver) reader.end();
    } catch (error) {
      fault = networkError(error) ?? error;
      isOver = true;
      endQuietly(reader);
    }
  }

  return async () => {
    while (!isOver) {
      await readOnce();
      const events = reader.take();
      if (!hasFinished && events.some((event) => event.type === "finish")) {
        hasFinished = true;
        watch.expectEnd();
      }
      if (events.length > 0) return events;
    }
    // A finished reply is whole, whatever becomes of the connection.
    if (fault !== null && !(hasFinished && isLoss(fault))) throw fault;
    return null;
  };
}

function endQuietly(reader: ReplyReader) {
  try {
    reader.end();
  } catch {
    // The fault before this one is told.
  }
}

function isLoss(fault: unknown): boolean {
  return fault instanceof UpstreamError && fault.failure.kind === "provider_down";
}
