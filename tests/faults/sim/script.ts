/** The browser's own code, built once and begun anew for each page, on a DOM and a network that are given. */
import { join } from "node:path";
import type { Frame, Position, StoredOp } from "../../../src/protocol.ts";

/** The line of src/client/socket.ts, with all that it stands on. */
export type Line = { send(op: StoredOp): void; waiting(): StoredOp[] };

export type LineListener = {
  changed(): void;
  arrived(conversation: string): void;
  refused(op: StoredOp | null, frame: Extract<Frame, { type: "error" }>): void;
  connected(isConnected: boolean): void;
};

export type Script = {
  Line: new (listener: LineListener) => Line;
  conversation(): string;
  markCurrent(): void;
  foldThoughts(): void;
  position(): Position;
};

/** The browser's globals, by the names that the code calls them by. */
export type Globals = Record<(typeof names)[number], unknown>;

const names = [
  "document",
  "location",
  "sessionStorage",
  "addEventListener",
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "WebSocket",
  "Math",
  "crypto",
  "CSS",
  "Text",
  "Element",
] as const;

const client = join(import.meta.dir, "../../../src/client");
const entry = join(client, "simulated.ts");
const built = await Bun.build({
  entrypoints: [entry],
  files: {
    [entry]: `import { Line } from "./socket.ts"; import { foldThought } from "./outcome.ts";
      import { conversation, markCurrent, position, thread } from "./page.ts";
      const foldThoughts = () => thread.querySelectorAll("[data-thought]").forEach(foldThought);
      expose({ Line, conversation, markCurrent, foldThoughts, position });`,
  },
  target: "browser",
  format: "iife",
});
const run = new Function("expose", ...names, (await built.outputs[0]?.text()) ?? "");

export function startScript(globals: Globals): Script {
  let script: Script | null = null;
  run((exposed: Script) => (script = exposed), ...names.map((name) => globals[name]));
  if (script === null) throw new Error("the browser's code did not start");
  return script;
}
