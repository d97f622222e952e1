/** What a provider said about an error, in whatever shape → one plain, bounded sentence. */

/** The sentence in an error body: JSON in any of the known shapes, an HTML page, or plain text. */
export function detailOfBody(body: string, contentType: string): string {
  const parsed = parseJson(body);
  if (parsed !== undefined) return plainText(sentenceIn(parsed));
  return plainText(contentType.includes("html") || body.trimStart().startsWith("<") ? titleOf(body) : body);
}

export function detailOfJson(value: unknown): string {
  return plainText(sentenceIn(value));
}

/** Without tags and control characters, on one line. Long still: see `cutTo`. */
export function plainText(text: string): string {
  let plain = text.slice(0, CHARS_MAX);
  // Taking a tag out can make a new one of its neighbours.
  for (let pass = 0; pass < 8 && TAG.test(plain); pass++) plain = plain.replaceAll(TAGS, " ");
  return plain.replaceAll(UNSEEN, " ").replaceAll(/\s+/g, " ").trim().toWellFormed();
}

/** Whatever must not be told is taken out before this, or the cut could leave a part of it. */
export function cutTo(charsMax: number, text: string): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`.toWellFormed();
}

const CHARS_MAX = 16_384;

// No "<" inside a tag: with it, a body of many "<" would cost quadratic time.
const TAG = /<[/!]?[a-zA-Z-][^<>]*>/;
const TAGS = new RegExp(TAG, "g");
/** Controls, and the marks that turn or hide text. */
const UNSEEN = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

function sentenceIn(value: unknown, depth = 0): string {
  if (typeof value === "string") return value;
  if (depth > 4 || typeof value !== "object" || value === null) return "";
  if (Array.isArray(value)) return listed(value, depth);
  const fields = value as Record<string, unknown>;
  for (const name of ["error", "message", "msg", "detail", "title"]) {
    const sentence = sentenceIn(fields[name], depth + 1);
    if (sentence !== "") return sentence + placeIn(fields, sentence);
  }
  return "";
}

function listed(items: unknown[], depth: number): string {
  const sentences = items.slice(0, 10).map((item) => sentenceIn(item, depth + 1));
  return sentences.filter((sentence) => sentence !== "").join("; ");
}

/** Which field of the request is meant, as some tell it only beside the sentence. */
function placeIn(fields: Record<string, unknown>, sentence: string): string {
  const at = fields["param"] ?? (Array.isArray(fields["loc"]) ? fields["loc"].at(-1) : null);
  return typeof at === "string" && at !== "" && !sentence.includes(at) ? ` (${at})` : "";
}

function titleOf(html: string): string {
  const lower = html.toLowerCase();
  const open = lower.indexOf("<title>");
  const close = lower.indexOf("</title>", open);
  return open === -1 || close === -1 ? html : html.slice(open + "<title>".length, close);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
