/** The page of a shared branch: follows the reply that is being written, and has no way to say anything. */
import type { Frame } from "../../protocol.ts";
import type { SharedPosition } from "../../protocol/shares.ts";
import { framesIn, waitAfter } from "../carriers/frames.ts";
import { announce } from "../outcome.ts";
import { bodyOf, chat, language, seqOf, thread } from "../page.ts";
import { applyPatch, applyReply } from "../patch.ts";
import { startTools } from "../tools.ts";

document.documentElement.dataset["js"] = "";
startTools();
if (footOfLeaf() !== null) void follow();

/** Until the reply has ended; a line that breaks comes back, and leads on from what the page shows by then. */
async function follow(): Promise<void> {
  announce();
  for (let failures = 0; footOfLeaf() !== null; failures += 1) {
    if (failures > 0) await new Promise((done) => setTimeout(done, waitAfter(failures)));
    try {
      if (await followOnce()) failures = 0;
    } catch {
      // No way to the server, or not any more: it is asked again.
    }
  }
}

/** Resolves when the line has ended, with whether anything came by it. */
async function followOnce(): Promise<boolean> {
  const leaving = new AbortController();
  let isHeard = false;
  // A line on which not even the server's own beat comes is dead, whatever the browser thinks.
  let deadline = setTimeout(() => leaving.abort(), silenceMs);
  try {
    const headers = { "Content-Type": "application/json" };
    const asked = { method: "POST", headers, body: JSON.stringify(position()), signal: leaving.signal };
    const response = await fetch(`${location.pathname}/stream`, asked);
    // Ended, or over: the page that comes instead says so.
    if (response.status === 404) location.reload();
    if (!response.ok || response.body === null) return false;
    for await (const frame of framesIn(response.body)) {
      clearTimeout(deadline);
      deadline = setTimeout(() => leaving.abort(), silenceMs);
      isHeard = true;
      if (!take(frame) || footOfLeaf() === null) break;
    }
    return isHeard;
  } finally {
    clearTimeout(deadline);
    leaving.abort();
  }
}

/** False where the page lacks something that came before: it asks anew. */
function take(frame: Frame): boolean {
  if (frame.type === "reload") location.reload();
  const applied =
    frame.type === "reply" ? applyReply(frame) : frame.type === "patch" ? applyPatch(frame) : "old";
  announce();
  return applied !== "gap";
}

/** The foot of the reply that is being written; null where none is. */
function footOfLeaf(): HTMLElement | null {
  return thread.querySelector<HTMLElement>("[data-running]");
}

function position(): SharedPosition {
  const foot = footOfLeaf();
  const body = foot && bodyOf(foot);
  return {
    version: chat.dataset["version"] ?? "",
    language,
    // The last block may still change.
    blocks: Math.max(0, (body?.childElementCount ?? 0) - 1),
    seq: foot === null ? 0 : seqOf(foot),
    key: foot?.dataset["key"] ?? "",
  };
}

/** A little more than two of the server's beats. */
const silenceMs = 45_000;
