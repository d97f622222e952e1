/** Reads a file that is brought in on a thread of its own, so that whoever chats does not notice. */
import { parentPort } from "node:worker_threads";
import { createFileReader, type Ending, type FileReader, type Piece, type ReadOptions } from "./read.ts";

export type ToReader =
  { type: "begin"; options: ReadOptions } | { type: "bytes"; bytes: Uint8Array } | { type: "end" };

/** `read`: what was in the bytes; the next ones are wanted. */
export type FromReader = { type: "read"; pieces: Piece[] } | { type: "ended"; ending: Ending };

let reader: FileReader | null = null;

parentPort?.on("message", (data: ToReader) => {
  switch (data.type) {
    case "begin":
      reader = createFileReader(data.options);
      return;
    case "bytes":
      return answer({ type: "read", pieces: reader?.push(data.bytes) ?? [] });
    case "end":
      return answer({ type: "ended", ending: reader?.end() ?? "notJson" });
  }
});

function answer(message: FromReader): void {
  parentPort?.postMessage(message, []);
}
