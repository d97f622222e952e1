/** Answers by kind: pages, JSON, plain text, and where to go instead; see access/headers.ts for what all have. */
import { AppError } from "../errors.ts";
import { isId, OpError } from "../protocol.ts";
import { fill } from "../words/fill.ts";
import type { Words } from "../words/words.ts";

/**
 * An HTML answer, compressed where `request` takes it; private, for most pages are somebody's. A step back in the
 * browser's history shows it as it was, unless it is for once.
 */
export function htmlResponse(
  request: Request,
  html: string,
  options: { status?: number; isForOnce?: boolean } = {},
): Response {
  const headers = new Headers({
    "Cache-Control": options.isForOnce ? "no-store" : "private, no-cache",
    "Content-Type": "text/html; charset=utf-8",
    Vary: "Accept-Encoding, Accept-Language, Cookie",
  });
  const taken = acceptedEncodings(request);
  const encoding = encodings.find(({ name }) => taken.has(name));
  if (encoding !== undefined) headers.set("Content-Encoding", encoding.name);
  return new Response(encoding?.encode(html) ?? html, { status: options.status ?? 200, headers });
}

/** Names in lower case, as RFC 9110 has them; a weight of 0 refuses. */
export function acceptedEncodings(request: Request): Set<string> {
  const taken = new Set<string>();
  for (const part of (request.headers.get("accept-encoding") ?? "").toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((each) => each.trim());
    if (!parameters.some((each) => /^q=0(\.0*)?$/.test(each))) taken.add(name);
  }
  return taken;
}

/** The id that a path names as its second part; null where that is none. */
export function idInPath(request: Request): string | null {
  const id = new URL(request.url).pathname.split("/")[2];
  return isId(id) ? id : null;
}

export function jsonResponse(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { "Cache-Control": "no-store" } });
}

export function textResponse(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "Content-Type": "text/plain; charset=utf-8" },
  });
}

export function redirect(location: string, status = 303, more: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...more, Location: location } });
}

/** What was wrong with what was asked, as a status and in words; rethrows what is no fault of whoever asked. */
export function refusalOf(error: unknown, words: Words): { status: number; code: string; text: string } {
  if (error instanceof OpError) {
    return { status: 400, code: "bad_op", text: fill(words.refusals[error.refusal], error.values, words) };
  }
  if (!(error instanceof AppError)) throw error;
  const { said } = error.options;
  const text = said === undefined ? error.message : fill(words.refusals[said.refusal], said.values, words);
  return { status: statuses[error.code] ?? 400, code: error.code, text };
}

const statuses: Record<string, number> = {
  not_found: 404,
  blocked: 403,
  conflict: 409,
  busy: 503,
  restarting: 503,
  too_fast: 429,
  "budget.exceeded": 429,
  too_large: 413,
  unsupported_media_type: 415,
  bad_file: 422,
  files_full: 507,
};

/** A path of ours, for who is to be led back; a link may have been made by anybody. */
export function ownPath(text: string | null): string {
  const url = text?.startsWith("/") ? URL.parse(text, base) : null;
  return url?.origin === base ? url.pathname + url.search : "/";
}

const base = "http://localhost";

/** The quickest first: a page is made anew for each who asks. */
const encodings = [
  { name: "zstd", encode: (html: string) => Bun.zstdCompressSync(html, { level: 3 }) },
  { name: "gzip", encode: (html: string) => Bun.gzipSync(html, { level: 4 }) },
];
