/** Finds conversations and assistants in a JSON text that comes in chunks, and holds one of them at a time. */

export type ScanLimits = { conversationBytesMax: number; depthMax: number };

export type Found =
  /** A text or number beside the list, such as the file's format. */
  | { type: "field"; name: string; value: string }
  /** The JSON of one, not looked into yet. */
  | { type: "conversation" | "assistant"; json: string }
  | { type: "refused"; reason: "tooLarge" | "tooDeep" };

/** Why nothing more can be found. */
export type Trouble = "zip" | "notJson" | "cutOff";

export type Scanner = {
  push(chunk: Uint8Array): Found[];
  /** Null where the text was whole. */
  end(): Trouble | null;
};

/**
 * Conversations are the objects of a list that is the whole file or called "conversations" in it, or an object called
 * "conversation"; assistants those of a list called "assistants". Depth is counted, not recursed into; whether each is
 * JSON is for who parses it to find out.
 */
export function createScanner(limits: ScanLimits): Scanner {
  const text: Position = {
    depth: 0,
    root: 0,
    isInString: false,
    isEscaped: false,
    scalar: "",
    key: "",
    list: "",
  };
  let held: Held | null = null;
  let start = 0;
  let trouble: Trouble | null = null;

  const push = (chunk: Uint8Array): Found[] => {
    const found: Found[] = [];
    start = 0;
    for (let at = 0; at < chunk.length && trouble === null; at += 1) {
      const byte = chunk[at] ?? 0;
      if (isWithin(text, byte)) continue;
      if (text.depth === 0 && text.root === 0) trouble = troubleOf(byte);
      switch (byte) {
        case open.object:
        case open.list:
          enter(text, byte);
          if (held === null && isWanted(text, byte)) [held, start] = [holdAt(text), at];
          if (held !== null && text.depth - held.depth >= limits.depthMax) held.isTooDeep = true;
          break;
        case close.object:
        case close.list:
          if (held?.depth === text.depth) {
            found.push(keep(held, chunk.subarray(start, at + 1), limits));
            held = null;
          }
          leave(text, found);
          break;
        case comma:
          tell(text, found);
          break;
        case colon:
          if (text.depth === 1) [text.key, text.scalar] = [text.scalar, ""];
          break;
        default:
          if (text.depth === 1 && byte > space) add(text, byte);
      }
    }
    if (held !== null) hold(held, chunk.subarray(start), limits);
    return found;
  };
  const end = () => trouble ?? (text.root === 0 ? "notJson" : text.depth > 0 ? "cutOff" : null);
  return { push, end };
}

type Position = {
  depth: number;
  /** What the whole text is; 0 before it began. */
  root: number;
  isInString: boolean;
  isEscaped: boolean;
  /** Of the text's own object: what was read last, the key it stands under, and the list or object one is in. */
  scalar: string;
  key: string;
  list: string;
};

type Held = {
  type: "conversation" | "assistant";
  depth: number;
  chunks: Uint8Array[];
  bytes: number;
  isTooDeep: boolean;
};

const open = { object: 0x7b, list: 0x5b };
const close = { object: 0x7d, list: 0x5d };
const [quote, backslash, comma, colon, space] = [0x22, 0x5c, 0x2c, 0x3a, 0x20];
const scalarChars = 100;

/** Inside a string, or at its ends. */
function isWithin(text: Position, byte: number): boolean {
  if (!text.isInString) {
    text.isInString = byte === quote && text.depth > 0;
    return text.isInString;
  }
  if (text.isEscaped) text.isEscaped = false;
  else if (byte === backslash) text.isEscaped = true;
  else if (byte === quote) text.isInString = false;
  else if (text.depth === 1) add(text, byte);
  return true;
}

function add(text: Position, byte: number): void {
  if (text.scalar.length < scalarChars) text.scalar += String.fromCharCode(byte);
}

/** Whatever comes after the text's end counts for nothing. */
function enter(text: Position, byte: number): void {
  if (text.depth === 0) {
    if (text.root !== 0) return;
    text.root = byte;
  }
  text.depth += 1;
  if (text.depth === 2) [text.list, text.key, text.scalar] = [text.key, "", ""];
}

function leave(text: Position, found: Found[]): void {
  tell(text, found);
  text.depth = Math.max(0, text.depth - 1);
}

function tell(text: Position, found: Found[]): void {
  if (text.depth !== 1) return;
  if (text.key !== "" && text.scalar !== "") {
    found.push({ type: "field", name: text.key, value: text.scalar });
  }
  [text.key, text.scalar] = ["", ""];
}

function isWanted({ depth, root, list }: Position, byte: number): boolean {
  if (byte !== open.object) return false;
  if (root === open.list) return depth === 2;
  const isListed = list === "conversations" || list === "assistants";
  return (depth === 3 && isListed) || (depth === 2 && list === "conversation");
}

function holdAt({ depth, list }: Position): Held {
  const type = list === "assistants" ? "assistant" : "conversation";
  return { type, depth, chunks: [], bytes: 0, isTooDeep: false };
}

/** Copied, for the chunk is not ours; what is too large is counted and not kept. */
function hold(held: Held, chunk: Uint8Array, { conversationBytesMax }: ScanLimits): void {
  held.bytes += chunk.length;
  if (held.bytes > conversationBytesMax || held.isTooDeep) held.chunks = [];
  else held.chunks.push(chunk.slice());
}

function keep(held: Held, chunk: Uint8Array, limits: ScanLimits): Found {
  hold(held, chunk, limits);
  if (held.bytes > limits.conversationBytesMax) return { type: "refused", reason: "tooLarge" };
  if (held.isTooDeep) return { type: "refused", reason: "tooDeep" };
  return { type: held.type, json: Buffer.concat(held.chunks).toString() };
}

/** Of the first byte that is no space; an archive begins with a P, and a byte order mark says nothing. */
function troubleOf(byte: number): Trouble | null {
  if (byte <= space || [0xef, 0xbb, 0xbf, open.object, open.list].includes(byte)) return null;
  return byte === 0x50 ? "zip" : "notJson";
}
