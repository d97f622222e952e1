/** A program: asks for a page over and over, on connections that are kept, and counts the answers. */
import { answerParent } from "../children.ts";
import { quantile } from "../usage.ts";
import { connect, headOf } from "./wire.ts";

export type Asked = {
  url: string;
  headers: Record<string, string>;
  connections: number;
  windowMs: number;
};

export type Answered = { perSecond: number; p50Ms: number; p99Ms: number; bytes: number };

answerParent({ get: (asked: Asked) => get(asked) });

/** Each connection asks again as soon as it has its answer; the first tenth of the time is for warming up. */
async function get(asked: Asked): Promise<Answered> {
  const startMs = performance.now();
  const fromMs = startMs + asked.windowMs / 10;
  const untilMs = startMs + asked.windowMs;
  const timesMs: number[] = [];
  let bytes = 0;
  const one = async () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const request = headOf(asked.url, asked.headers);
    let rest: Buffer = Buffer.alloc(0);
    let askedMs = performance.now();
    const socket = await connect(asked.url, {
      data(self, come) {
        rest = rest.length === 0 ? come : Buffer.concat([rest, come]);
        const length = lengthOfAnswer(rest);
        if (length === null) return;
        if (!rest.subarray(0, 12).equals(ok)) return reject(new Error(rest.toString("latin1", 0, 200)));
        const atMs = performance.now();
        if (askedMs >= fromMs) timesMs.push(atMs - askedMs);
        bytes = length;
        rest = rest.subarray(length);
        if (atMs >= untilMs) return self.end();
        askedMs = atMs;
        self.write(request);
      },
      close: () => resolve(),
    });
    socket.write(request);
    return promise;
  };
  await Promise.all(Array.from({ length: asked.connections }, one));
  const seconds = (untilMs - fromMs) / 1000;
  return {
    perSecond: timesMs.length / seconds,
    p50Ms: quantile(timesMs, 0.5),
    p99Ms: quantile(timesMs, 0.99),
    bytes,
  };
}

const ok = Buffer.from("HTTP/1.1 200");

/** Null until all of it is there. */
function lengthOfAnswer(bytes: Buffer): number | null {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const head = bytes.toString("latin1", 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const end = headEnd + 4 + Number(length);
    return bytes.length < end ? null : end;
  }
  const end = bytes.indexOf("\r\n0\r\n\r\n", headEnd);
  return end === -1 ? null : end + 7;
}
