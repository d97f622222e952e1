/** Any value to a small plain one that may be logged: bounded, without secrets, and never throwing. */

export type Plain = { [key: string]: PlainValue };
export type PlainValue = string | number | boolean | null | PlainValue[] | Plain;

export type Describer = {
  /** An error's stack is told only if asked for. */
  fields(fields: unknown, hasStack: boolean): Plain;
  text(text: string): string;
};

/** `secrets` are replaced in any string, as they are and as URLs and JSON write them. */
export function createDescriber(secrets: readonly string[]): Describer {
  const known = spellings(secrets);
  return {
    fields(fields, hasStack) {
      const plain = describe({ known, hasStack, charsLeft: LINE_CHARS, above: [] }, fields);
      return typeof plain === "object" && plain !== null && !Array.isArray(plain) ? plain : { fields: plain };
    },
    text: (text) => scrub(known, String(text), KEY_CHARS),
  };
}

type Pass = { known: readonly string[]; hasStack: boolean; charsLeft: number; above: object[] };

const REDACTED = "[redacted]";
const LINE_CHARS = 16_000;
const STRING_CHARS = 2000;
const KEY_CHARS = 80;
const MESSAGE_CHARS = 500;
const ITEMS_MAX = 50;
const DEPTH_MAX = 6;
const FRAMES_MAX = 12;
// Dummy keys of local servers ("none", "ollama") are words that logs need.
const SECRET_CHARS_MIN = 8;

const PRIVATE_KEY = new RegExp(
  "token|key|passw|cookie|session|authori[sz]ation|^auth$|secret|credential|" +
    "prompt|text|body|bodies|content|reasoning|title|draft|query|html|parts",
  "i",
);
const HARMLESS_KEY = /^content[-_]?(type|length|encoding)$/i;
const SECRET_TEXT = /hf_[A-Za-z0-9_-]{8,}|bearer\s{1,8}[^\s"',;]+|(?<=:\/\/)[^\s/@]+@/gi;

function describe(pass: Pass, value: unknown): PlainValue {
  // A number costs something too, or a deep list of them would be endless.
  pass.charsLeft -= 4;
  try {
    if (typeof value === "string") return spend(pass, value, STRING_CHARS);
    if (typeof value === "boolean" || value === null) return value;
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value === "bigint") return spend(pass, `${value}`, STRING_CHARS);
    return typeof value === "object" ? describeObject(pass, value) : `[${typeof value}]`;
  } catch {
    return "[unreadable]";
  }
}

function describeObject(pass: Pass, value: object): PlainValue {
  if (pass.above.includes(value)) return "[circular]";
  if (pass.above.length >= DEPTH_MAX || pass.charsLeft <= 0) return "[cut]";
  pass.above.push(value);
  try {
    if (Array.isArray(value)) return describeArray(pass, value);
    if (value instanceof Error) return describeError(pass, value);
    if (value instanceof Date) return value.toISOString();
    if (value instanceof URL) return spend(pass, value.origin + value.pathname, STRING_CHARS);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === null || prototype === Object.prototype) return describePlain(pass, value);
    // A library's objects may hold requests, and those hold what people wrote.
    return spend(pass, `[${value.constructor.name}]`, KEY_CHARS);
  } finally {
    pass.above.pop();
  }
}

function describePlain(pass: Pass, value: object): Plain {
  const plain: Plain = Object.create(null);
  let count = 0;
  for (const key of Object.keys(value)) {
    if (count++ >= ITEMS_MAX || pass.charsLeft <= 0) {
      plain["…"] = "[cut]";
      break;
    }
    const inside = read(value, key);
    if (inside !== undefined)
      plain[spend(pass, key, KEY_CHARS)] = isPrivate(key, inside) ? REDACTED : describe(pass, inside);
  }
  return plain;
}

function describeArray(pass: Pass, values: unknown[]): PlainValue {
  const [name, value] = values;
  // As headers list themselves.
  if (values.length === 2 && typeof name === "string" && isPrivate(name, value)) return [name, REDACTED];
  const plain: PlainValue[] = [];
  for (const inside of values.slice(0, ITEMS_MAX)) {
    if (pass.charsLeft <= 0) break;
    plain.push(describe(pass, inside));
  }
  if (plain.length < values.length) plain.push(`[${values.length - plain.length} more]`);
  return plain;
}

/** Only what each error has: a library's may carry its whole request, prompt and token included. */
function describeError(pass: Pass, error: Error): Plain {
  const plain: Plain = Object.create(null);
  plain["name"] = spend(pass, String(read(error, "name")), KEY_CHARS);
  const message = String(read(error, "message"));
  plain["message"] = spend(pass, message, MESSAGE_CHARS);
  for (const key of ["code", "status"]) {
    const value = read(error, key);
    if (typeof value === "string" || typeof value === "number") plain[key] = describe(pass, value);
  }
  const cause = read(error, "cause");
  if (cause instanceof Error || typeof cause === "string") plain["cause"] = describe(pass, cause);
  if (pass.hasStack)
    plain["stack"] = spend(pass, frames(String(read(error, "stack")), message), STRING_CHARS);
  return plain;
}

/** The stack begins with the message, whose lines may look like frames. */
function frames(stack: string, message: string): string {
  const start = stack.includes(message) ? stack.indexOf(message) + message.length : 0;
  const lines = stack.slice(start, start + LINE_CHARS).split("\n");
  const found = lines.filter((line) => /^ {4}at /.test(line)).slice(0, FRAMES_MAX);
  return found.map((line) => line.trim()).join("\n");
}

/** Counts are no secrets: `tokens: 12` is told. */
function isPrivate(key: string, value: unknown): boolean {
  const isCount = typeof value === "number" || typeof value === "boolean" || value === null;
  return !isCount && PRIVATE_KEY.test(key) && !HARMLESS_KEY.test(key);
}

function read(from: object, key: string): unknown {
  try {
    return Reflect.get(from, key);
  } catch {
    return "[unreadable]";
  }
}

function spend(pass: Pass, text: string, charsMax: number): string {
  const told = pass.charsLeft > 0 ? scrub(pass.known, text, charsMax) : "[cut]";
  pass.charsLeft -= told.length + 1;
  return told;
}

/**
 * A long text is cut before it is searched, which may halve a secret at its end: so more is searched
 * than is told, by the longest secret there can be.
 */
function scrub(known: readonly string[], text: string, charsMax: number): string {
  const margin = Math.max(256, known[0]?.length ?? 0);
  const isLong = text.length > charsMax + margin;
  let safe = isLong ? text.slice(0, charsMax + margin) : text;
  for (const secret of known) safe = safe.replaceAll(secret, REDACTED);
  safe = safe.replace(SECRET_TEXT, REDACTED);
  const end = isLong ? Math.min(charsMax, safe.length - margin) : charsMax;
  return safe.length > end ? `${safe.slice(0, Math.max(0, end))}…` : safe;
}

/** Longest first, or a part would be replaced before the whole. */
function spellings(secrets: readonly string[]): string[] {
  const all = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]);
  return [...new Set(all)]
    .filter((each) => each.length >= SECRET_CHARS_MIN)
    .toSorted((a, b) => b.length - a.length);
}
