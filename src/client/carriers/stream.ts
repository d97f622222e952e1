/** Where WebSockets don't get through: server-sent events, or answers that end at once; ops as POSTs. */
import type { Frame, Position, StoredOp } from "../../protocol.ts";
import type { Carrier, CarrierEvents } from "./carrier.ts";
import { framesIn } from "./frames.ts";

/** Each join begins a stream of its own, which leads on from the position in it. */
export function openStream(events: CarrierEvents, position: () => Position): Carrier {
  return carry(events, async (take, signal) => {
    const response = await post("/stream", position(), signal);
    if (response.status === 401) return take(signedOut);
    if (!response.ok || response.body === null) return;
    for await (const frame of framesIn(response.body)) take(frame);
  });
}

/** A proxy that keeps an answer until it ends lets through those that do. */
export function openPolls(events: CarrierEvents, position: () => Position): Carrier {
  return carry(events, async (take, signal) => {
    // The first is answered at once, so that ops need not wait for news.
    for (let path = "/poll?now"; ; path = "/poll") {
      const response = await post(path, position(), signal);
      if (response.status === 401) return take(signedOut);
      if (!response.ok) return;
      for (const frame of (await response.json()) as Frame[]) take(frame);
    }
  });
}

/** The page comes again, which leads to the door: a socket that is refused can't say why. */
const signedOut: Frame = { type: "reload" };

type Ask = (take: (frame: Frame) => void, signal: AbortSignal) => Promise<void>;

function carry({ opened, frame, closed }: CarrierEvents, ask: Ask): Carrier {
  let asking = new AbortController();
  let isOpen = false;
  let isClosed = false;

  function take(each: Frame): void {
    if (!isOpen) opened();
    isOpen = true;
    frame(each);
  }

  function end(): void {
    if (isClosed) return;
    isClosed = true;
    asking.abort();
    closed();
  }

  function join(): void {
    asking.abort();
    const own = (asking = new AbortController());
    const isCurrent = () => own === asking;
    ask((each) => isCurrent() && take(each), own.signal)
      .catch(() => {})
      .finally(() => isCurrent() && end());
  }

  async function tell(op: StoredOp): Promise<void> {
    const response = await post(`/ops/${op.op}`, op);
    const answer = (await response.json()) as Frame;
    // A server that is going has not looked at the op: it stays in the outbox, for the next one.
    if (answer.type === "error" && answer.code === "restarting") return end();
    frame(answer);
  }

  join();
  return {
    send: (op) => void tell(op).catch(end),
    join,
    // The server's own beat, or the next answer, tells as much.
    ping: () => {},
    isOpen: () => isOpen && !isClosed,
    close: end,
  };
}

function post(path: string, body: Position | StoredOp, signal?: AbortSignal): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal: signal ?? null });
}
