/** Brings what is in the log into the file, again and again, while another thread writes. */
import { Database } from "bun:sqlite";
import { parentPort } from "node:worker_threads";

export type ToRelief = { type: "begin"; path: string } | { type: "end" };

let db: Database | null = null;
let timer: Timer | undefined;

parentPort?.on("message", (data: ToRelief) => {
  if (data.type === "end") return end();
  db = new Database(data.path, { readwrite: true, create: false });
  // Nobody who reads or writes waits for this, nor this for anybody.
  timer = setInterval(() => db?.run("PRAGMA wal_checkpoint(PASSIVE)"), everyMs);
});

function end(): void {
  clearInterval(timer);
  db?.close(true);
  db = null;
  parentPort?.postMessage("ended", []);
}

const everyMs = 300;
