/** A file's bytes → conversations and assistants, one at a time; and what was refused, and why. */
import type { Assistant } from "../domain.ts";
import type { AssistantLimits } from "../protocol/assistants.ts";
import type { Imported } from "../store/takeaway/takeaway-store.ts";
import { assistantIn } from "./assistants.ts";
import { fromBanter } from "./banter.ts";
import { fromChatgpt } from "./chatgpt.ts";
import type { Reading } from "./foreign.ts";
import { fromHuggingchat } from "./huggingchat.ts";
import { createFilePart } from "./multipart.ts";
import { createScanner, type Found, type ScanLimits } from "./scan.ts";
import { fieldsOf, lineIn } from "./values.ts";

export type ReadOptions = Reading & {
  /** Of the form that the file comes in; null where all is the file. */
  boundary: string | null;
  limits: ScanLimits & AssistantLimits & { messagesMax: number; messageBytesMax: number };
};

export type Piece =
  | { type: "conversation"; conversation: Imported }
  | { type: "assistant"; assistant: Assistant }
  | { type: "refused"; title: string; reason: Reason };

/** Why a conversation, or an assistant, was not brought in. */
export type Reason = "tooLarge" | "tooDeep" | "tooMany" | "tooLong" | "unknown" | "empty" | "taken" | "full";

/** Why there can be no more. */
export type Ending = "zip" | "notJson" | "cutOff" | "newer" | "noFile" | null;

export type FileReader = { push(chunk: Uint8Array): Piece[]; end(): Ending };

/** Our own format's, as in chat/takeaway/json.ts. */
const versionKnown = 1;

export function createFileReader(options: ReadOptions): FileReader {
  const part = createFilePart(options.boundary);
  const scanner = createScanner(options.limits);
  const head = { format: "", version: 0 };
  let bytes = 0;
  const isNewer = () => head.format === "banter" && head.version > versionKnown;
  const piecesOf = (found: Found): Piece[] => {
    if (found.type === "field") {
      if (found.name === "format") head.format = found.value;
      if (found.name === "version") head.version = Number(found.value);
      return [];
    }
    if (isNewer()) return [];
    if (found.type === "refused") return [{ ...found, title: "" }];
    if (found.type === "assistant") return readOwn(found.json, head.format, options);
    return [read(found.json, head.format, options)];
  };
  return {
    push(chunk) {
      const file = part.push(chunk);
      bytes += file.length;
      return scanner.push(file).flatMap(piecesOf);
    },
    end() {
      const isWhole = part.end();
      if (bytes === 0) return "noFile";
      if (isNewer()) return "newer";
      return scanner.end() ?? (isWhole ? null : "cutOff");
    },
  };
}

/** Other programs' are not known here. */
function readOwn(json: string, format: string, { limits, titleChars }: ReadOptions): Piece[] {
  if (format !== "banter") return [];
  const fields = fieldsOf(parse(json));
  const assistant = assistantIn(fields, limits);
  const title = lineIn(fields["name"], titleChars);
  return [
    assistant === null ? { type: "refused", title, reason: "unknown" } : { type: "assistant", assistant },
  ];
}

function read(json: string, format: string, options: ReadOptions): Piece {
  const chat = fieldsOf(parse(json));
  const title = lineIn(chat["title"], options.titleChars);
  const conversation = conversationOf(chat, format, options);
  if (typeof conversation === "string") return { type: "refused", title, reason: conversation };
  const { messages } = conversation;
  if (messages.length > options.limits.messagesMax) return { type: "refused", title, reason: "tooMany" };
  const isFit = messages.every(({ parts }) => JSON.stringify(parts).length <= options.limits.messageBytesMax);
  return isFit ? { type: "conversation", conversation } : { type: "refused", title, reason: "tooLong" };
}

function conversationOf(
  chat: ReturnType<typeof fieldsOf>,
  format: string,
  reading: Reading,
): Imported | Reason {
  const isEmpty = Array.isArray(chat["messages"]) && chat["messages"].length === 0;
  if (format === "banter") return fromBanter(chat, reading) ?? (isEmpty ? "empty" : "unknown");
  if ("mapping" in chat) return fromChatgpt(chat, reading) ?? "empty";
  if (Array.isArray(chat["messages"])) return fromHuggingchat(chat, reading) ?? "empty";
  return "unknown";
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
