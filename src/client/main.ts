/** Starts the page: forms become ops, frames become patches, and the end stays in view. */
import type { StoredOp } from "../protocol.ts";
import { giveBack, insert, moveTo, say, startComposer } from "./composer.ts";
import { startPalette } from "./keys/palette.ts";
import { startShortcuts } from "./keys/shortcuts.ts";
import { reattach, startFiles } from "./files/bring.ts";
import { tellBlind } from "./files/chips.ts";
import { followLanguage } from "./kept/language.ts";
import { announce, showOutbox } from "./outcome.ts";
import { conversation, laterLink, markCurrent, thread, word } from "./page.ts";
import { startEarlier, watchEarlier } from "./reading/earlier.ts";
import { watchLater } from "./reading/later.ts";
import { startScrolling, toEnd } from "./reading/scroll.ts";
import { startSheet } from "./sheet/sheet.ts";
import { startParts } from "./sidebar/parts.ts";
import { startGroups } from "./sidebar/rows.ts";
import { startUndo } from "./sidebar/undo.ts";
import { Line } from "./socket.ts";
import { startTools } from "./tools.ts";
import { keepOfflinePage } from "./worker/register.ts";
import { startDeleting } from "./turn/deletion.ts";
import { markFrom, measure, startMeter } from "./turn/meter.ts";
import { queueTurn, settleNext, startNext, takeBackAfter, type Turn } from "./turn/next.ts";
import { startRaces, tellCost } from "./turn/race.ts";
import { startQuoting } from "./turn/quote.ts";
import { awaitEdit, reopenEdit, resumeEditing, startEditing } from "./turn/edit.ts";

document.documentElement.dataset["js"] = "";

/** What this page stands for: between a step back and the page that it loads, the address is another one. */
let shownPath = location.pathname;
/** What is to be said for as long as there is no line. */
let state = "";

const line = new Line({
  changed() {
    showAddress();
    showOutbox(line.waiting());
    markCurrent();
    announce();
    markFrom();
    measure();
    tellBlind();
    tellCost();
    resumeEditing();
    settleNext(line.waiting());
    watchEarlier();
  },
  arrived(where) {
    // Sent before the page was loaded anew: it belongs to a conversation of its own.
    if (shownPath === "/" && where !== conversation()) location.assign(`/conversations/${where}`);
  },
  refused(op, frame) {
    if (op?.op === "message.send") {
      takeBackAfter(op.id);
      returnTurn(op);
    }
    if (op?.op === "message.edit") reopenEdit(op);
    measure();
    showOutbox(line.waiting());
    say(frame.text);
  },
  connected(isConnected) {
    state = isConnected ? "" : word("offline");
    say(state);
  },
});
startMeter();
startRaces();
startComposer(send);
startFiles();
startNext({ send, giveBack: returnTurn, say });
settleNext(line.waiting());
startScrolling();
startEarlier();
watchLater();
startGroups();
followLanguage();
startUndo();
startParts(markCurrent);
startTools();
startEditing();
startDeleting();
startQuoting(insert);
startPalette();
startShortcuts();
startSheet();
announce();
keepOfflinePage();
// A step in the page's own history, which the sidebar's opening is too, loads what is at another address only.
addEventListener("popstate", () => {
  if (location.pathname !== shownPath) location.reload();
});

function returnTurn({ text, files = [] }: Turn): void {
  giveBack(text);
  void reattach(files);
}

function send(op: StoredOp): void {
  say(state);
  if (op.op === "message.send" && queueTurn(op, line.waiting())) return;
  line.send(op);
  showOutbox(line.waiting());
  if (op.op === "message.edit") awaitEdit();
  // What writes at the end leads there; a stop, or another version of an old reply, does not, where the end is shown.
  const isAtEnd = op.op.startsWith("message.") && op.op !== "message.delete";
  if (isAtEnd || (laterLink() !== null && /^(message|branch)\./.test(op.op))) toEnd();
}

/** A new chat gets its own address with its first message. */
function showAddress(): void {
  if (shownPath === "/" && thread.childElementCount > 0) {
    shownPath = `/conversations/${conversation()}`;
    moveTo(shownPath);
  }
  const title = document.getElementById("title");
  // What is in an element there is said only where there is no title.
  if (title?.textContent && title.childElementCount === 0) document.title = `${title.textContent} · Banter`;
}
