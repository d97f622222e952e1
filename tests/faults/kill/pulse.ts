/** Feels a server's pulse: when it was awake. */
import { loadTab } from "../../support/tab.ts";
import type { Beat } from "../check/record.ts";

/** Adds to `beats` until it is stopped. */
export async function feelPulse(url: string, beats: Beat[]): Promise<{ stop(): void }> {
  const { cookie } = await loadTab(url);
  const headers = { Origin: url, Cookie: cookie };
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, { headers } as never);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("the server has no pulse")));
  });
  let askedMs = 0;
  const ask = () => {
    askedMs = performance.now();
    // A frame of the protocol below ours: no op, and not counted as one.
    socket.ping();
  };
  let timer: Timer | undefined;
  socket.addEventListener("pong", () => {
    beats.push({ askedMs, answeredMs: performance.now() });
    timer = setTimeout(ask, beatMs);
  });
  ask();
  return {
    stop() {
      clearTimeout(timer);
      socket.close();
    },
  };
}

const beatMs = 10;
