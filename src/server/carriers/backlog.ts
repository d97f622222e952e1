/** What waits in this process for readers that are slow: no frame is too long, and all together is not too much. */
import type { Log } from "../../log.ts";
import type { Frame } from "../../protocol.ts";
import type { Connections } from "../connection.ts";

export type Backlog = {
  /** The frame's JSON; what is too long to be sent, a page has by being loaded anew. */
  fit(frame: Frame): string;
  /** So many bytes have gone out, and may be waiting now. */
  count(bytes: number): void;
};

export type BacklogLimits = { sentBytesMax: number; waitingBytesMax: number };

/** Looks when half as much has been sent as may wait: where nothing is sent, nothing can pile up. */
export function createBacklog(connections: Connections, limits: BacklogLimits, log: Log): Backlog {
  let unlooked = 0;
  return {
    fit(frame) {
      const json = JSON.stringify(frame);
      return Buffer.byteLength(json) > limits.sentBytesMax ? reload : json;
    },
    count(bytes) {
      unlooked += bytes;
      if (unlooked < limits.waitingBytesMax / 2) return;
      unlooked = 0;
      relieve(connections, limits.waitingBytesMax, log);
    },
  };
}

const reload = JSON.stringify({ type: "reload" } satisfies Frame);

/** Ends the lines of those who are furthest behind, until half of what may wait is free; they come back and resume. */
function relieve({ sockets, streams }: Connections, bytesMax: number, log: Log): void {
  const slow: { bytes: number; end(): void }[] = [];
  let waiting = 0;
  const note = (bytes: number, end: () => void) => {
    if (bytes <= 0) return;
    waiting += bytes;
    slow.push({ bytes, end });
  };
  // A goodbye would have to wait behind all the rest.
  for (const socket of sockets.values()) note(socket.getBufferedAmount(), () => socket.terminate());
  for (const stream of streams) note(stream.waiting(), () => stream.close());
  if (waiting <= bytesMax) return;
  const before = waiting;
  let ended = 0;
  for (const { bytes, end } of slow.toSorted((a, b) => b.bytes - a.bytes)) {
    if (waiting <= bytesMax / 2) break;
    waiting -= bytes;
    ended += 1;
    end();
  }
  log.warn("backlog.relieved", { bytes: before, slow: slow.length, ended });
}
