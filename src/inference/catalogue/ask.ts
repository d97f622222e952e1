/** Asks an endpoint for its list of models, within bounds. */
import { networkError } from "../failures.ts";

export type AskLimits = { catalogueWaitMs: number; catalogueBytesMax: number };

/** Throws an Error whose message may be shown: it repeats nothing that the endpoint said. */
export async function askForList(
  { baseUrl, key }: { baseUrl: string; key: string | null },
  limits: AskLimits,
  signal: AbortSignal,
): Promise<unknown> {
  const deadline = AbortSignal.timeout(limits.catalogueWaitMs);
  const headers = { Accept: "application/json", ...(key === null ? {} : { Authorization: `Bearer ${key}` }) };
  try {
    // A redirect would take the key elsewhere.
    const options = { headers, redirect: "error", signal: AbortSignal.any([signal, deadline]) } as const;
    const response = await fetch(`${baseUrl}/models`, options);
    if (!response.ok) {
      await response.body?.cancel();
      throw new Refusal(`It answered ${response.status}.`);
    }
    return parseJson(await readBody(response, limits.catalogueBytesMax));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (deadline.aborted) throw new Refusal("It did not answer in time.");
    throw new Refusal(networkError(error)?.failure.detail ?? "The connection failed.");
  }
}

class Refusal extends Error {}

async function readBody(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new Refusal("Its list is too long.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("Its list is not valid JSON.");
  }
}
