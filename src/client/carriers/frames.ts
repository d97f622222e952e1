/** Frames out of a stream of server-sent events, and how long to wait before asking for another one. */
import type { Frame } from "../../protocol.ts";

export async function* framesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + decoder.decode(read.value, { stream: true })).split("\n\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line.slice("data: ".length)) as Frame;
  }
}

/** Milliseconds: half as long again after each failure, so that a server back after seconds has all back soon. */
export function waitAfter(failures: number): number {
  return Math.min(waitMsMax, firstWaitMs * 1.5 ** failures) * (0.5 + Math.random() / 2);
}

const firstWaitMs = 250;
const waitMsMax = 10_000;
