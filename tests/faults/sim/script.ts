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
  /** Looks for the link to what is earlier, as the page does after each change. */
  watchEarlier(): void;
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
  "fetch",
  "near",
] as const;

const client = join(import.meta.dir, "../../../src/client");
const entry = join(client, "simulated.ts");
const scroll = join(client, "reading/scroll.ts");
const built = await Bun.build({
  entrypoints: [entry],
  files: {
    [entry]: `import { Line } from "./socket.ts"; import { foldThought } from "./outcome.ts";
      import { conversation, markCurrent, position, thread } from "./page.ts";
      import { watchEarlier } from "./reading/earlier.ts";
      const foldThoughts = () => thread.querySelectorAll("[data-thought]").forEach(foldThought);
      expose({ Line, conversation, markCurrent, foldThoughts, position, watchEarlier });`,
    // There is no layout: what is to be done when the reader comes near it is done when he climbs.
    [scroll]: `export const keepPlace = (change) => change(); export const leave = () => {};
      export const whenNear = (element, work) => near(work);`,
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
