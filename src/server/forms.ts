/** The same ops from forms, for browsers without JavaScript: POST, then 303 to where the turn is. */
import { perform, type TurnParts } from "../chat/turns.ts";
import { AppError } from "../errors.ts";
import { OpError, parseOp } from "../protocol.ts";
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
  const fields = await readFields(request, options.bodyBytesMax);
  const op = parseOp({ ...fields, op: name }, options.messageChars);
  if (op.op === "ping" || op.op === "conversation.join") throw new OpError("That op is for sockets.");
  const { conversation } = await perform(turns, viewer, op);
  const message = "message" in op ? op.message : op.id;
  return `/conversations/${conversation}#m-${message}`;
}

async function readFields(request: Request, bytesMax: number): Promise<Record<string, string>> {
  const type = request.headers.get("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) {
    throw new AppError("unsupported_media_type", "A form is sent as application/x-www-form-urlencoded.");
  }
  const body = await request.text();
  if (body.length > bytesMax) throw new AppError("too_large", "That is more than a form may hold.");
  return Object.fromEntries(new URLSearchParams(body));
}
