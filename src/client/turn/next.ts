/** The turn that is typed ahead: waits above the composer, and goes out when the reply before it is whole. */
import type { StoredOp } from "../../protocol.ts";
import { textOf } from "../outcome.ts";
import { conversation, must, word } from "../page.ts";

export type Turn = Extract<StoredOp, { op: "message.send" }>;

export type NextListener = {
  send(turn: Turn): void;
  /** It belongs in the composer again. */
  giveBack(turn: Turn): void;
  say(text: string): void;
};

/** The same in all tabs: whichever sends it, it has one id, and is one message. */
let next: Turn | null = null;
/** Whether this page has seen the reply that it waits for, or has but sent what that answers; null for neither. */
let awaited: "unseen" | "seen" | null = null;
let listener: NextListener | null = null;

export function startNext(given: NextListener): void {
  listener = given;
  next = read();
  addEventListener("storage", (event) => {
    if (event.key !== key()) return;
    next = read();
    awaited = next !== null && stateOf(next.parent) === "running" ? "seen" : null;
    show();
  });
  must("[data-next-back]").addEventListener("click", () => takeBack() && must<HTMLElement>("#text").focus());
  show();
}

/** False where nothing is in the way of sending it now. A second one is put behind the first. */
export function queueTurn(turn: Turn, waiting: StoredOp[]): boolean {
  const before = waiting.findLast((op) => op.op === "message.send" && op.conversation === turn.conversation);
  const parent = next?.parent ?? before?.id ?? turn.parent;
  if (next === null && before === undefined && stateOf(parent) !== "running") return false;
  awaited ??= before === undefined ? "seen" : "unseen";
  keep({ ...turn, ...joined(next, turn), parent });
  return true;
}

/** After the page has changed: it goes out, goes back, or goes on waiting. */
export function settleNext(waiting: StoredOp[]): void {
  if (next === null || listener === null) return;
  const turn = next;
  const state = stateOf(turn.parent);
  if (waiting.some((op) => op.id === turn.parent)) awaited ??= "unseen";
  else if (state === "running") awaited = "seen";
  // What it follows has arrived, but is not on the page yet.
  else if (state === null && awaited === "unseen") return;
  else if (state === "complete" && (awaited !== null || isOwn(turn))) {
    keep(null);
    listener.send(turn);
  } else if (awaited === null || isOwn(turn)) {
    takeBack();
    listener.say(word("returned"));
  }
}

/** False where there is none. */
export function takeBack(): boolean {
  if (next === null) return false;
  const turn = next;
  keep(null);
  listener?.giveBack(turn);
  return true;
}

/** What it was to follow was refused. */
export function takeBackAfter(refused: string): void {
  if (next?.parent === refused) takeBack();
}

function joined(before: Turn | null, { text, files = [] }: Turn): Pick<Turn, "text" | "files"> {
  const texts = [before?.text ?? "", text].filter((each) => each !== "");
  const all = [...(before?.files ?? []), ...files];
  return { text: texts.join("\n\n"), ...(all.length > 0 ? { files: all } : {}) };
}

/** Of the reply, or of the reply to the message; null where it is not on the page. */
function stateOf(parent: string | null): string | null {
  const article = document.getElementById(`m-${parent ?? ""}`);
  const reply = article?.querySelector("[data-own]") ? article.nextElementSibling : article;
  const foot = reply?.querySelector<HTMLElement>("[data-outcome]");
  return foot?.dataset["outcome"] ?? null;
}

function show(): void {
  const place = must<HTMLElement>("[data-next]");
  must("[data-text]", place).textContent = next === null ? "" : textOf(next);
  place.hidden = next === null;
}

function key(): string {
  return `banter.next.${conversation()}`;
}

/** Typed in this tab, which answers for it over reloads: another one only if it sees the reply end. */
function isOwn({ id }: Turn): boolean {
  try {
    return sessionStorage.getItem("banter.next") === id;
  } catch {
    return true;
  }
}

function read(): Turn | null {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? "null") as Turn | null;
  } catch {
    return null;
  }
}

function keep(turn: Turn | null): void {
  next = turn;
  if (turn === null) awaited = null;
  show();
  try {
    if (turn === null) localStorage.removeItem(key());
    else {
      localStorage.setItem(key(), JSON.stringify(turn));
      sessionStorage.setItem("banter.next", turn.id);
    }
  } catch {
    // Full or forbidden: it lives as long as the page.
  }
}
