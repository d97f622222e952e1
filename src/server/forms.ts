/** The same ops from forms, for browsers without JavaScript: POST, then 303 to where the turn is. */
import { perform, type TurnParts } from "../chat/turns.ts";
import { AppError } from "../errors.ts";
import { OpError, parseOp, type TurnOp } from "../protocol.ts";
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
  return `/conversations/${conversation}#m-${placeOf(op)}`;
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

async function readFields(request: Request, bytesMax: number): Promise<Record<string, string>> {
  const type = request.headers.get("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) {
    throw new AppError("unsupported_media_type", "A form is sent as application/x-www-form-urlencoded.");
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
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
}
