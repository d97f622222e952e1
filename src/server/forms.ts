/** The same ops by POST: from forms, then 303 to where the turn is; or as JSON, where there is no socket. */
import { perform, type TurnParts } from "../chat/turns.ts";
import { AppError } from "../errors.ts";
import { OpError, parseOp, type Op, type Position, type TurnOp } from "../protocol.ts";
import type { Viewer } from "./viewer.ts";

export type FormOptions = { bodyBytesMax: number; messageChars: number };

/** `/conversations/ID` with the message's place in it; throws AppError or OpError with what to tell. */
export async function performForm(
  turns: TurnParts,
  viewer: Viewer,
  request: Request,
  name: string,
  options: FormOptions,
): Promise<string> {
  const fields = Object.fromEntries(
    new URLSearchParams(await readBody(request, formType, options.bodyBytesMax)),
  );
  const op = turnOf(parseOp({ ...fields, op: name }, options.messageChars));
  const { conversation } = await perform(turns, viewer, op);
  return `/conversations/${conversation}#m-${placeOf(op)}`;
}

/** An op that came as JSON; throws AppError or OpError with what to tell. */
export async function readTurn(request: Request, name: string, options: FormOptions): Promise<TurnOp> {
  const input = await readJson(request, options.bodyBytesMax);
  const fields = typeof input === "object" && input !== null ? input : {};
  return turnOf(parseOp({ ...fields, op: name }, options.messageChars));
}

/** A position that a stream is to lead on from. */
export async function readPosition(request: Request, options: FormOptions): Promise<Position> {
  const position = await readJson(request, options.bodyBytesMax);
  const op = parseOp({ op: "conversation.join", id: crypto.randomUUID(), position }, 0);
  if (op.op !== "conversation.join") throw new OpError("That is not a position.");
  return op.position;
}

export function isJson(request: Request): boolean {
  return (request.headers.get("content-type") ?? "").startsWith(jsonType);
}

const formType = "application/x-www-form-urlencoded";
const jsonType = "application/json";

function turnOf(op: Op): TurnOp {
  if (op.op === "ping" || op.op === "conversation.join") throw new OpError("That op is for sockets.");
  return op;
}

/** The message to show: the new one, where there is a new one. */
function placeOf(op: TurnOp): string {
  switch (op.op) {
    case "message.send":
    case "message.edit":
    case "message.regenerate":
      return op.id;
    case "message.continue":
    case "branch.choose":
    case "generation.stop":
      return op.message;
  }
}

async function readJson(request: Request, bytesMax: number): Promise<unknown> {
  const text = await readBody(request, jsonType, bytesMax);
  try {
    return JSON.parse(text);
  } catch {
    throw new OpError("That is not JSON.");
  }
}

async function readBody(request: Request, type: string, bytesMax: number): Promise<string> {
  if (!(request.headers.get("content-type") ?? "").startsWith(type)) {
    throw new AppError("unsupported_media_type", `This is to be sent as ${type}.`);
  }
  const tooLarge = () => new AppError("too_large", "That is more than a form may hold.");
  if (Number(request.headers.get("content-length")) > bytesMax) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Without a length told, it is read only as far as it may go.
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
