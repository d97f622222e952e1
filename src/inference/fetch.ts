/** Sends what the library has built and judges the answer; the library never sees it. */
import { plainText } from "./detail.ts";
import { failureOfAnswer, networkError, unreadable } from "./failures.ts";
import { UpstreamError } from "./provider.ts";
import { createStreamReader, createWholeReader, type ReplyLimits, type ReplyReader } from "./reply/reader.ts";

/** A reply about to be read. */
export type Answer = {
  status: number;
  provider: string | null;
  body: ReadableStream<Uint8Array>;
  reader: ReplyReader;
};

export type Fetch = typeof fetch;

export type AnswerLimits = ReplyLimits & { errorBytesMax: number };

/**
 * `ask` makes the library call the given fetch once. What the library gets as the answer is a finished,
 * empty event stream, so that this side alone reads, judges and closes the real one.
 * `onHead` hears status and provider before anything is judged. Throws UpstreamError.
 */
export async function send(
  ask: (fetch: Fetch) => Promise<unknown>,
  limits: AnswerLimits,
  onHead: (head: { status: number; provider: string | null }) => void,
): Promise<Answer> {
  const answers: Answer[] = [];
  const intercept = async (url: string | URL | Request, init?: RequestInit) => {
    const response = await fetchOnce(url, init);
    const provider = providerOf(response);
    onHead({ status: response.status, provider });
    const reader = await readerFor(response, limits);
    answers.push({ status: response.status, provider, body: response.body ?? emptyBody(), reader });
    return new Response("", { headers: { "content-type": EVENT_STREAM } });
  };
  await ask(Object.assign(intercept, { preconnect: fetch.preconnect }));
  const answer = answers[0];
  if (answer === undefined) throw new Error("The inference library sent nothing.");
  return answer;
}

const EVENT_STREAM = "text/event-stream";

async function fetchOnce(url: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
  // Bun's own time limit is off, as ours are finer. A redirect would take prompt and token elsewhere.
  const options = { ...init, timeout: false, redirect: "error" } satisfies RequestInit & { timeout: boolean };
  try {
    return await fetch(url, options);
  } catch (error) {
    throw networkError(error) ?? error;
  }
}

async function readerFor(response: Response, limits: AnswerLimits): Promise<ReplyReader> {
  const type = (response.headers.get("content-type") ?? "").toLowerCase();
  if (response.ok && type.startsWith(EVENT_STREAM)) return createStreamReader(limits);
  if (response.ok && /^application\/([\w.]+\+)?json\b/.test(type)) return createWholeReader(limits);
  const { status, headers } = response;
  const failure = failureOfAnswer({
    status,
    headers,
    body: await readBeginning(response.body, limits.errorBytesMax),
  });
  if (!response.ok) throw new UpstreamError(failure);
  throw unreadable(`The answer is ${type === "" ? "untyped" : type}, not a reply. ${failure.detail}`, status);
}

/** What comes of an error's body is enough: a fault here must not hide the status. */
async function readBeginning(body: ReadableStream<Uint8Array> | null, bytesMax: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let leftBytes = bytesMax;
  try {
    for await (const bytes of body ?? emptyBody()) {
      text += decoder.decode(bytes.subarray(0, leftBytes), { stream: true });
      leftBytes -= bytes.byteLength;
      if (leftBytes <= 0) break;
    }
  } catch {
    return text;
  }
  return text;
}

function providerOf(response: Response): string | null {
  const name = plainText(response.headers.get("x-inference-provider") ?? "").slice(0, 64);
  return name === "" ? null : name;
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
