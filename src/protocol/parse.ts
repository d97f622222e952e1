/** An op as it came → the op that it is, or what is wrong with it. */
import type { ModelRef } from "../domain.ts";
import { filesMax, isId, OpError, racersMax, type Op, type Position } from "../protocol.ts";
import { readModel, readParameters, type Read } from "./models.ts";

/** The id in an op's JSON, where there is one: so that whoever sent it knows what was refused. */
export function idIn(json: string): string | null {
  try {
    const { id } = JSON.parse(json) as { id?: unknown };
    return isId(id) ? id : null;
  } catch {
    return null;
  }
}

/**
 * An op from JSON text or a form's fields; throws OpError. `textMax` bounds a message's text, in UTF-16 units;
 * half characters in it become U+FFFD, and NUL goes, for neither can be kept as text.
 */
export function parseOp(input: unknown, textMax: number): Op {
  if (!isRecord(input)) throw new OpError("noObject");
  if (input["op"] === "ping") return { op: "ping" };
  const id = input["id"];
  if (!isId(id)) throw new OpError("noOpId");
  const field = (name: string): string => {
    const value = input[name];
    if (!isId(value)) throw new OpError("noId", id, { name });
    return value;
  };
  switch (input["op"]) {
    case "conversation.join":
      return { op: "conversation.join", id, position: parsePosition(input["position"], id) };
    case "message.send":
      return parseSend(input, id, field, textMax);
    case "message.edit":
      return {
        op: "message.edit",
        id,
        message: field("message"),
        text: parseText(input["text"], textMax, id),
      };
    case "message.delete":
      return { op: "message.delete", id, conversation: field("conversation"), message: field("message") };
    case "message.regenerate":
      return { op: input["op"], id, message: field("message"), ...modelsIn(input, id) };
    case "message.continue":
      return { op: input["op"], id, message: field("message"), ...modelIn(input, id) };
    case "model.choose":
    case "model.favour":
    case "model.unfavour":
    case "model.race":
    case "model.unrace": {
      const model = valueOf(readModel(input["model"]), id);
      return { op: input["op"], id, conversation: field("conversation"), model };
    }
    case "model.configure": {
      const parameters = valueOf(readParameters(input), id);
      return { op: "model.configure", id, conversation: field("conversation"), parameters };
    }
    case "branch.choose":
    case "generation.stop":
    case "race.stop":
      return { op: input["op"], id, message: field("message") };
    case "conversation.rename":
      return {
        op: input["op"],
        id,
        conversation: field("conversation"),
        title: parseLine(input, "title", id),
      };
    case "conversation.tag":
    case "conversation.untag":
      return { op: input["op"], id, conversation: field("conversation"), tag: parseLine(input, "tag", id) };
    case "conversation.pin":
    case "conversation.unpin":
    case "conversation.archive":
    case "conversation.unarchive":
    case "conversation.delete":
    case "conversation.restore":
      return { op: input["op"], id, conversation: field("conversation") };
    default:
      throw new OpError("noOp", id);
  }
}

function parseSend(
  input: Record<string, unknown>,
  id: string,
  field: (name: string) => string,
  textMax: number,
): Op {
  const parent = input["parent"] === null || input["parent"] === "" ? null : field("parent");
  const files = parseFiles(input["files"], id);
  const text = parseText(input["text"], textMax, id, files.length > 0);
  const temporary = input["temporary"] === "on" ? { temporary: "on" } : {};
  const conversation = field("conversation");
  const carried = files.length > 0 ? { files } : {};
  const optional = { ...carried, ...temporary, ...modelsIn(input, id) };
  return { op: "message.send", id, conversation, parent, text, ...optional };
}

function modelIn(input: Record<string, unknown>, id: string): { model?: ModelRef } {
  const given = input["model"];
  if (given === undefined || given === null || given === "") return {};
  return { model: valueOf(readModel(given), id) };
}

/** Those of a race, each once; else the one. */
function modelsIn(
  input: Record<string, unknown>,
  id: string,
): { model?: ModelRef } | { models: [ModelRef, ModelRef, ...ModelRef[]] } {
  const given = input["models"];
  if (typeof given !== "string" || given.trim() === "") return modelIn(input, id);
  const names = new Set(given.trim().split(/\s+/));
  const [first, second, ...others] = [...names].map((name) => valueOf(readModel(name), id));
  if (first === undefined || second === undefined || others.length > racersMax - 2)
    throw new OpError("raceCount", id, { max: racersMax });
  return { models: [first, second, ...others] };
}

function valueOf<T>(read: Read<T>, id: string): T {
  if ("wrong" in read) throw new OpError(read.wrong, id, read.values);
  return read.value;
}

function parseText(value: unknown, textMax: number, id: string, mayBeEmpty = false): string {
  if (typeof value !== "string") throw new OpError("noText", id, { name: "text" });
  if (value.length > textMax) throw new OpError("textLong", id, { max: textMax });
  const text = value.toWellFormed().replaceAll("\0", "").replaceAll("\r\n", "\n");
  if (text.trim() !== "") return text;
  if (!mayBeEmpty) throw new OpError("textEmpty", id);
  return "";
}

/** A list, or a form's field with blanks between; each once. */
function parseFiles(value: unknown, id: string): string[] {
  const given: unknown = typeof value === "string" ? value.split(/\s+/).filter(Boolean) : (value ?? []);
  const isList = Array.isArray(given) && given.every(isId);
  if (!isList) throw new OpError("noId", id, { name: "files" });
  const ids = [...new Set<string>(given)];
  if (ids.length > filesMax) throw new OpError("filesMany", id, { max: filesMax });
  return ids;
}

/** A name of one line. A tag has no capitals and no mark in front, so that it is one however it is written. */
function parseLine(input: Record<string, unknown>, name: "title" | "tag", id: string): string {
  const value = input[name];
  if (typeof value !== "string") throw new OpError("noText", id, { name });
  const line = value
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  const text = name === "title" ? line : line.replace(/^#+\s*/, "").toLowerCase();
  const max = lineMax[name];
  if (text === "") throw new OpError(`${name}Empty`, id);
  if (text.length > max) throw new OpError(`${name}Long`, id, { max });
  return text;
}

/** In UTF-16 units. */
export const lineMax = { title: 200, tag: 40 };

function parsePosition(value: unknown, id: string): Position {
  if (!isRecord(value) || !isId(value["conversation"])) throw new OpError("noPosition", id);
  const replies = Array.isArray(value["replies"]) ? value["replies"].slice(0, repliesMax) : [];
  return {
    conversation: value["conversation"],
    revision: count(value["revision"]),
    from: isId(value["from"]) ? value["from"] : null,
    sidebar: typeof value["sidebar"] === "string" ? value["sidebar"] : "",
    language: typeof value["language"] === "string" ? value["language"] : "",
    version: typeof value["version"] === "string" ? value["version"] : "",
    replies: replies.filter(isRecord).flatMap((reply) => {
      const { generation, blocks, seq, place } = reply;
      if (!isId(generation)) return [];
      const shown = typeof place === "string" ? place : "";
      return [{ generation, blocks: count(blocks), seq: count(seq), place: shown }];
    }),
    isHidden: value["isHidden"] === true,
  };
}

/** More runs than this don't run in one conversation at once; what is past it is sent as if unseen. */
const repliesMax = 16;

/** A count that makes no sense is none: the answer is then a whole snapshot. */
function count(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
