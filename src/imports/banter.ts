/** A conversation of our own format: taken as it is where it is sound, with the ids that it has. */
import type { ChatParameters, Failure, ModelRef, Part, Receipt, ReceiptDetails } from "../domain.ts";
import { fence } from "../chat/files/fence.ts";
import { isId } from "../protocol.ts";
import { readParameters } from "../protocol/models.ts";
import type { Imported, ImportedMessage, ImportedReply } from "../store/takeaway/takeaway-store.ts";
import type { Reading } from "./foreign.ts";
import { fieldsOf, idFrom, isFields, lineIn, textIn, timeIn, type Fields } from "./values.ts";

/** Null where something in it is not as our own export writes it. */
export function fromBanter(chat: Fields, reading: Reading): Imported | null {
  const { id, leaf } = chat;
  const messages = messagesOf(chat["messages"], reading);
  const isSound = messages !== null && isId(id) && messages.some((message) => message.id === leaf);
  if (!isSound || !isId(leaf)) return null;
  const { nowMs, names, titleChars } = reading;
  const past = (value: unknown) => {
    const ms = timeIn(value);
    return ms === null ? null : Math.min(ms, nowMs);
  };
  const createdMs = past(chat["created"]) ?? nowMs;
  const { titledBy } = chat;
  return {
    id,
    title: lineIn(chat["title"], titleChars) || names.untitled,
    titledBy: titledBy === "model" || titledBy === "words" ? titledBy : "person",
    createdMs,
    updatedMs: past(chat["updated"]) ?? createdMs,
    pinnedMs: past(chat["pinned"]),
    archivedMs: past(chat["archived"]),
    tags: tagsOf(chat["tags"], reading.tags),
    model: modelOf(chat["model"]),
    parameters: parametersOf(chat["parameters"]),
    leaf,
    messages,
  };
}

function messagesOf(value: unknown, reading: Reading): ImportedMessage[] | null {
  if (!Array.isArray(value)) return null;
  const roles = new Map<string, string>();
  const messages: ImportedMessage[] = [];
  for (const each of value as unknown[]) {
    const message = messageOf(fieldsOf(each), reading);
    if (message === null || roles.has(message.id)) return null;
    const above = message.parent === null ? null : roles.get(message.parent);
    // A reply answers something, and nothing comes before its parent.
    if (above === undefined || (message.role === "assistant" && above !== "user")) return null;
    roles.set(message.id, message.role);
    messages.push(message);
  }
  return messages;
}

function messageOf(fields: Fields, { owner, nowMs, names }: Reading): ImportedMessage | null {
  const { id, parent, role } = fields;
  const parts = partsOf(fields["parts"], names);
  if (!isId(id) || (parent !== null && !isId(parent)) || parts === null) return null;
  const createdMs = Math.min(timeIn(fields["created"]) ?? nowMs, nowMs);
  if (role === "user") return { id, parent, role, createdMs, parts, reply: null };
  if (role !== "assistant") return null;
  return { id, parent, role, createdMs, parts, reply: replyOf(fields, idFrom(owner, id)) };
}

/**
 * Of a text that was attached its words are taken along, and stand among the message's own; a picture has a word in its
 * place. Kinds of parts that are not known here go.
 */
function partsOf(value: unknown, names: Reading["names"]): Part[] | null {
  if (!Array.isArray(value)) return null;
  return (value as unknown[]).map(fieldsOf).flatMap((part): Part[] => {
    const text = textIn(part["text"]);
    if (part["type"] === "text") return [{ type: "text", text }];
    if (part["type"] === "image") return [{ type: "text", text: `\n\n${names.image}` }];
    if (part["type"] === "file") return [{ type: "text", text: fileIn(part, names.file) }];
    if (part["type"] !== "reasoning") return [];
    return [{ type: "reasoning", text, durationMs: countIn(part["durationMs"]) }];
  });
}

function fileIn(part: Fields, file: string): string {
  const content = textIn(part["content"]);
  const name = lineIn(part["name"], nameChars) || file;
  if (content === "") return `\n\n${file}`;
  return `\n\n${name}:\n${fence(content)}`;
}

/** What was being written when it was taken along goes no further by itself. */
function replyOf(fields: Fields, generation: string): ImportedReply {
  const { state } = fields;
  const model = modelOf(fields["model"]) ?? { endpoint: "unknown", id: "unknown" };
  const isKnown = state === "complete" || state === "stopped" || state === "failed";
  const failure = isFields(fields["failure"]) ? (fields["failure"] as Failure) : null;
  return {
    generation,
    state: isKnown ? state : "interrupted",
    model,
    receipt: receiptOf(fields["receipt"]),
    failure,
  };
}

function receiptOf(value: unknown): Receipt | null {
  if (!isFields(value)) return null;
  return {
    provider: lineIn(value["provider"], nameChars) || null,
    finishReason: lineIn(value["finishReason"], nameChars) || null,
    waitedMs: countIn(value["waitedMs"]) ?? 0,
    firstTokenMs: countIn(value["firstTokenMs"]),
    durationMs: countIn(value["durationMs"]) ?? 0,
    tokensIn: countIn(value["tokensIn"]),
    tokensOut: countIn(value["tokensOut"]),
    costUsd: numberIn(value["costUsd"]),
    calls: countIn(value["calls"]) ?? 0,
    // Sifted where it is kept, by what reads it from there.
    ...(isFields(value["details"]) ? { details: value["details"] as ReceiptDetails } : {}),
  };
}

const nameChars = 200;

function numberIn(value: unknown): number | null {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : null;
}

function countIn(value: unknown): number | null {
  const number = numberIn(value);
  return number === null ? null : Math.round(number);
}

export function modelOf(value: unknown): ModelRef | null {
  const { endpoint, id } = fieldsOf(value);
  const model = { endpoint: lineIn(endpoint, nameChars), id: lineIn(id, nameChars) };
  return model.endpoint === "" || model.id === "" ? null : model;
}

function parametersOf(value: unknown): ChatParameters {
  const read = readParameters(textsOf(value));
  return "value" in read ? read.value : {};
}

/** As a form would give them. */
export function textsOf(value: unknown): Fields {
  const texts = Object.entries(fieldsOf(value)).map(([name, each]) => {
    return [
      name,
      Array.isArray(each) ? each.map(textIn).join("\n") : typeof each === "number" ? `${each}` : each,
    ];
  });
  return Object.fromEntries(texts) as Fields;
}

function tagsOf(value: unknown, { max, chars }: Reading["tags"]): string[] {
  const tags = (Array.isArray(value) ? (value as unknown[]) : []).map((tag) => {
    return lineIn(tag, chars)
      .replace(/^#+\s*/, "")
      .toLowerCase();
  });
  return [...new Set(tags)].filter((tag) => tag !== "").slice(0, max);
}
