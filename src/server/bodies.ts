/** What comes by POST: an op as a form or as JSON, or a position as JSON; read only as far as it may go. */
import { refuse, type Said } from "../errors.ts";
import { OpError, type Op, type Position, type StoredOp } from "../protocol.ts";
import { parseOp } from "../protocol/parse.ts";

export type BodyLimits = { bodyBytesMax: number; messageChars: number };

/** The op called `name` from a form's or a JSON object's fields, or those `read` already; throws AppError or OpError with what to tell. */
export async function readTurn(
  request: Request,
  name: string,
  limits: BodyLimits,
  read?: Record<string, unknown>,
): Promise<StoredOp> {
  const fromJson = () => readJson(request, limits.bodyBytesMax);
  const input = read ?? (await (isJson(request) ? fromJson() : readFields(request, limits)));
  const fields = typeof input === "object" && input !== null ? input : {};
  const op: Op = parseOp({ ...fields, op: name }, limits.messageChars);
  if (op.op === "ping" || op.op === "conversation.join") throw new OpError("socketOp");
  return op;
}

/** A position that a stream is to lead on from. */
export async function readPosition(request: Request, limits: BodyLimits): Promise<Position> {
  const position = await readJson(request, limits.bodyBytesMax);
  const op = parseOp({ op: "conversation.join", id: crypto.randomUUID(), position }, 0);
  if (op.op !== "conversation.join") throw new OpError("noPosition");
  return op.position;
}

/** A form's fields; of two with one name, the last. */
export async function readFields(request: Request, limits: BodyLimits): Promise<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(await readBody(request, formType, limits.bodyBytesMax)));
}

/** A browser's report, in the form of today or the older one. */
export async function readReport(request: Request, bytesMax: number): Promise<unknown> {
  const isOld = (request.headers.get("content-type") ?? "").startsWith(oldReportType);
  return readJson(request, bytesMax, isOld ? oldReportType : reportType);
}

export function isJson(request: Request): boolean {
  return (request.headers.get("content-type") ?? "").startsWith(jsonType);
}

const formType = "application/x-www-form-urlencoded";
const jsonType = "application/json";
const reportType = "application/reports+json";
const oldReportType = "application/csp-report";

export async function readJson(request: Request, bytesMax: number, type = jsonType): Promise<unknown> {
  const text = await readBody(request, type, bytesMax);
  try {
    return JSON.parse(text);
  } catch {
    throw new OpError("notJson");
  }
}

async function readBody(request: Request, type: string, bytesMax: number): Promise<string> {
  const bytes = await readBytes(request, type, bytesMax, () => ({ refusal: "tooLarge", values: {} }));
  return bytes.toString();
}

/** To be called once all of a body has come: who waits for what it is made into is not cut off. */
export function hold(request: Request, server: Pick<Bun.Server<unknown>, "timeout">): () => void {
  return () => server.timeout(request, 0);
}

/** `tooLarge` is what to tell of more than `bytesMax`. */
export async function readBytes(
  request: Request,
  type: string,
  bytesMax: number,
  tooLarge: (bytesMax: number) => Said,
): Promise<Buffer> {
  if (!(request.headers.get("content-type") ?? "").startsWith(type)) {
    throw refuse("unsupported_media_type", "wrongType", { type });
  }
  const refused = () => {
    const { refusal, values } = tooLarge(bytesMax);
    return refuse("too_large", refusal, values);
  };
  if (Number(request.headers.get("content-length")) > bytesMax) throw refused();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Without a length told, it is read only as far as it may go.
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > bytesMax) throw refused();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
