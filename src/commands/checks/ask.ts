/** One bounded question to another server; a redirect is not followed, since the token would go along. */

/** `fault` reads on from the server's name. `json` is undefined where the body is none, or too long. */
export type Answer =
  { fault: string } | { status: number; date: string | null; json: unknown; tookMs: number };

export async function ask(
  url: string,
  token: string | null,
  { timeoutMs = 5000, bytesMax = 8 * 1024 * 1024 } = {},
): Promise<Answer> {
  const startMs = performance.now();
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  try {
    const response = await fetch(url, {
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = response;
    if (status >= 300 && status < 400) return { fault: `redirects elsewhere (${status})` };
    const json = parse(await read(response, bytesMax));
    const tookMs = Math.round(performance.now() - startMs);
    return { status, date: response.headers.get("date"), json, tookMs };
  } catch (error) {
    return { fault: faultOf(error, timeoutMs) };
  }
}

async function read(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > bytesMax) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error's own words are not told: they may repeat the address. */
function faultOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError")
    return `does not answer within ${timeoutMs / 1000} s`;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/CERT|TLS|SSL|SELF_SIGNED|VERIFY|ALTNAME/.test(code))
    return `has a certificate that is not trusted (${code})`;
  return words[code] ?? `can't be reached${code === "" ? "" : ` (${code})`}`;
}

const words: Record<string, string> = {
  ECONNREFUSED: "refuses the connection",
  ConnectionRefused: "refuses the connection",
  ECONNRESET: "breaks the connection",
  ConnectionClosed: "breaks the connection",
  ENOTFOUND: "is not a known name",
  EAI_AGAIN: "is a name that can't be looked up now",
  Malformed_HTTP_Response: "does not speak HTTP",
};
