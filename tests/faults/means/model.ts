/** A model that fails as planned, and keeps of each call what it sent, when, and when it was left alone. */
import type { Reply } from "../../support/upstream-reply.ts";
import { delta, done, finish, startUpstream, usage, type UpstreamRequest } from "../../support/upstream.ts";
import type { Plan, PlanOf } from "./plan.ts";

/** `fromMs`: its event began to leave; `atMs`: it had left whole, null until then. */
export type Sent = { text: string; fromMs: number; atMs: number | null };

export type Call = {
  index: number;
  /** What the person said last, as the model heard it. */
  asked: string;
  atMs: number;
  plan: Plan;
  sent: Sent[];
  /** The last byte of a whole answer has left. */
  endedMs: number | null;
  /** The connection is gone. */
  closedMs: number | null;
  closed: Promise<void>;
};

export type Model = AsyncDisposable & {
  /** Ends in /v1. */
  url: string;
  calls: Call[];
  /** Of all calls so far, those that were asked this. */
  asked(text: string): Call[];
  /** Calls from now on follow these. */
  follow(plans: PlanOf): void;
};

/** What is no question of a person's, such as a request to go on, is not what was asked. */
export async function startFaultyModel(
  plans: PlanOf,
  isQuestion: (text: string) => boolean = () => true,
): Promise<Model> {
  const calls: Call[] = [];
  const upstream = await startUpstream((request, reply) => {
    const call = begin(request, plans(request.index), isQuestion);
    calls.push(call);
    return answer(call, reply);
  });
  return {
    url: upstream.url,
    calls,
    asked: (text) => calls.filter((call) => call.asked === text),
    follow(other) {
      plans = other;
    },
    [Symbol.asyncDispose]: upstream.stop,
  };
}

/** Answered, or left. */
export function isOver({ endedMs, closedMs }: Call): boolean {
  return endedMs !== null || closedMs !== null;
}

/** All text of a call that had left by then. */
export function textSent({ sent }: Call, untilMs = Infinity): string {
  return sent
    .filter(({ atMs }) => atMs !== null && atMs <= untilMs)
    .map(({ text }) => text)
    .join("");
}

function begin(request: UpstreamRequest, plan: Plan, isQuestion: (text: string) => boolean): Call {
  const { messages } = request.json as { messages: { role: string; content: string }[] };
  // Questions whose replies came to nothing are one with the next.
  const said = messages.filter(({ role }) => role === "user").flatMap(({ content }) => content.split("\n\n"));
  const asked = said.findLast(isQuestion) ?? "";
  const { index, atMs, closed } = request;
  const call: Call = { index, asked, atMs, plan, closed, sent: [], endedMs: null, closedMs: null };
  void closed.then(() => (call.closedMs = performance.now()));
  return call;
}

async function answer(call: Call, reply: Reply): Promise<void> {
  const { plan } = call;
  const { fault } = plan;
  await Bun.sleep(plan.firstTokenMs);
  switch (fault.kind) {
    case "status":
      reply.json(fault.status, { error: `planned to be ${fault.status}` });
      break;
    case "html":
      reply.send(200, "text/html", "<title>Planned</title>");
      break;
    case "redirect":
      reply.redirect(fault.to);
      break;
    case "endless":
      return sendEndless(reply, fault.bytes);
    case "none":
    case "cut":
    case "reset":
    case "silent":
    case "unfinished":
    case "lingering":
      return sendBody(call, reply);
  }
  call.endedMs = performance.now();
}

async function sendEndless(reply: Reply, bytesMax: number): Promise<void> {
  reply.open();
  const bytes = Buffer.alloc(64 * 1024, "x");
  for (let sent = 0; sent < bytesMax && !reply.isClosed(); sent += bytes.length) await reply.write(bytes);
  if (!reply.isClosed()) reply.end();
}

async function sendBody(call: Call, reply: Reply): Promise<void> {
  const { pieces, fault, everyMs } = call.plan;
  const { bytes, ends } = bodyOf(pieces, fault.kind !== "unfinished");
  const limit = "atByte" in fault ? Math.min(fault.atByte, bytes.length) : bytes.length;
  reply.open();
  for (let from = 0; from < limit && !reply.isClosed();) {
    const size = call.plan.writeBytes?.() ?? (ends.find((end) => end > from) ?? bytes.length) - from;
    const to = Math.min(from + size, limit);
    await sendPart(call, reply, bytes.subarray(from, to), ends, to);
    from = to;
    if (everyMs > 0) await Bun.sleep(everyMs);
  }
  if (reply.isClosed()) return;
  if (fault.kind === "cut") return reply.hangUp();
  if (fault.kind === "reset") return reply.reset();
  if (fault.kind === "silent") return;
  if (fault.kind !== "lingering") reply.end();
  call.endedMs = performance.now();
}

async function sendPart(call: Call, reply: Reply, bytes: Uint8Array, ends: number[], to: number) {
  const { sent, plan } = call;
  const begun: Sent[] = [];
  // One that is cut off in the blank line after it is whole.
  while (sent.length < plan.pieces.length && (ends[sent.length] ?? Infinity) - "\n\n".length <= to) {
    const one = { text: plan.pieces[sent.length] ?? "", fromMs: performance.now(), atMs: null };
    sent.push(one);
    begun.push(one);
  }
  await reply.write(bytes);
  const atMs = performance.now();
  if (!reply.isClosed()) for (const one of begun) one.atMs = atMs;
}

/** The stream, and where the event of each piece ends in it. */
function bodyOf(pieces: string[], isFinished: boolean): { bytes: Buffer; ends: number[] } {
  const events = pieces.map((piece) => Buffer.from(delta(piece)));
  const ends: number[] = [];
  for (const event of events) ends.push((ends.at(-1) ?? 0) + event.length);
  const last = isFinished ? finish("stop") + usage(1, pieces.length) + done() : "";
  return { bytes: Buffer.concat([...events, Buffer.from(last)]), ends };
}
