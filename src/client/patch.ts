/** Frames → DOM: the one place where a string becomes part of the page. */
import type { Frame, PageStep, ReplyStep } from "../protocol.ts";
import { bodyOf, chat, conversation, footOf, revision, seqOf, setRevision, targetOf } from "./page.ts";
import { keepFocus } from "./reading/focus.ts";
import { grow } from "./reading/grow.ts";
import { insertRow } from "./sidebar/rows.ts";
import { showThread } from "./thread.ts";

type FrameOf<Type extends Frame["type"]> = Extract<Frame, { type: Type }>;

/** Where a frame leads on from another position than the page's, nothing is done: the page must ask again. */
export type Applied = "applied" | "old" | "gap";

export function applyPatch(frame: FrameOf<"patch">): Applied {
  if (frame.conversation !== undefined && frame.conversation !== conversation()) return "old";
  if (frame.revision !== undefined) {
    if (frame.revision <= revision()) return "old";
    if (frame.revision > revision() + 1) return "gap";
    setRevision(frame.revision);
  }
  for (const step of frame.steps) applyPageStep(step);
  return "applied";
}

export function applyThread(frame: FrameOf<"thread">): Applied {
  if (frame.conversation !== conversation() || frame.revision < revision()) return "old";
  setRevision(frame.revision);
  showThread([...parseHtml(frame.html).children]);
  for (const step of frame.steps) applyPageStep(step);
  return "applied";
}

export function applyReply(frame: FrameOf<"reply">): Applied {
  const foot = footOf(frame.generation);
  const body = foot && bodyOf(foot);
  if (foot === null || body === null) return "old";
  if (frame.from !== 0 && frame.from !== seqOf(foot)) return frame.seq <= seqOf(foot) ? "old" : "gap";
  for (const step of frame.steps) if (!applyReplyStep(frame.generation, body, step)) return "gap";
  foot.dataset["seq"] = String(frame.seq);
  return "applied";
}

function applyPageStep(step: PageStep): void {
  const target = targetOf(step[1]);
  if (target === null) return;
  switch (step[0]) {
    case "append":
      return target.append(parseHtml(step[2]));
    case "remove":
      return target.remove();
    case "thread":
      return showThread([...parseHtml(step[2]).children]);
    case "row":
      return insertRow(target, parseHtml(step[3]));
    case "replace":
      return keepFocus(target, () => {
        const replacement = parseHtml(step[2]);
        const element = replacement.firstElementChild;
        target.replaceWith(replacement);
        return element;
      });
  }
}

/** The html that the last block or item step gave a body, and the element it became. */
type Tail = { html: string; element: Element; isStale: boolean };
const tails = new Map<string, Tail>();

function applyReplyStep(generation: string, body: HTMLElement, step: ReplyStep): boolean {
  switch (step[0]) {
    case "block":
      return setChild(generation, body, step[1], step[2]);
    case "item": {
      const block = body.children[step[1]];
      const list = block?.matches("[data-items]") ? block : block?.querySelector("[data-items]");
      return list ? setChild(generation, list, step[2], step[3]) : false;
    }
    case "tail": {
      const tail = tails.get(generation);
      if (tail === undefined || !body.contains(tail.element)) return false;
      const before = tail.html;
      tail.html = before.slice(0, step[1]) + step[2];
      if (!tail.isStale && grow(tail.element, before, tail.html)) return true;
      tail.isStale = true;
      if (!isSelected(tail.element)) refresh(tail);
      return true;
    }
    case "cut":
      while (body.childElementCount > step[1]) body.lastElementChild?.remove();
      return true;
    case "reasoning": {
      const fold = body.parentElement?.querySelector<HTMLDetailsElement>("[data-reasoning]");
      if (fold) fold.hidden = false;
      return appendText(fold?.querySelector("[data-reasoning-text]") ?? null, step[1], step[2]);
    }
    case "thought":
      body.parentElement?.querySelector("[data-reasoning]")?.setAttribute("data-thought", String(step[1]));
      return true;
  }
}

function setChild(generation: string, parent: Element, index: number, html: string): boolean {
  settleTail(generation);
  const element = parseHtml(html).firstElementChild;
  if (element === null || index > parent.childElementCount) return false;
  const known = parent.children[index];
  if (known === undefined) parent.append(element);
  else known.replaceWith(element);
  tails.set(generation, { html, element, isStale: false });
  return true;
}

function appendText(element: Element | null, offset: number, text: string): boolean {
  if (element === null) return false;
  if (offset === 0) element.textContent = "";
  const node = element.lastChild;
  const length =
    node instanceof Text && element.childNodes.length === 1 ? node.length : element.textContent.length;
  if (length !== offset) return false;
  if (node instanceof Text) node.appendData(text);
  else element.append(text);
  return true;
}

/** What waited for a selection to go is shown before anything comes after it. */
function settleTail(generation: string): void {
  const tail = tails.get(generation);
  if (tail?.isStale) refresh(tail);
}

function refresh(tail: Tail): void {
  const element = parseHtml(tail.html).firstElementChild;
  tail.isStale = false;
  if (element === null) return;
  tail.element.replaceWith(element);
  tail.element = element;
}

/** Known beforehand: to ask a selection anything, browsers lay the page out. */
let isAnySelected = false;

function isSelected(element: Element): boolean {
  return isAnySelected && document.getSelection()?.containsNode(element, true) === true;
}

document.addEventListener("selectionchange", () => {
  isAnySelected = document.getSelection()?.isCollapsed === false;
  for (const [generation, tail] of tails) {
    if (!chat.contains(tail.element)) tails.delete(generation);
    else if (tail.isStale && !isSelected(tail.element)) refresh(tail);
  }
});

declare global {
  var trustedTypes: { createPolicy(name: string, rules: Policy): Policy } | undefined;
}

type Policy = { createHTML(html: string): string; createScriptURL(url: string): string };

/** The one that the page's Content-Security-Policy names: no other string becomes HTML, where browsers know of it. */
const policy = globalThis.trustedTypes?.createPolicy("banter", {
  createHTML: (html) => html,
  createScriptURL: (url) => url,
});

/** One for all: what it held before is in the page by then, or nowhere. */
const template = document.createElement("template");

export function parseHtml(html: string): DocumentFragment {
  template.innerHTML = policy?.createHTML(html) ?? html;
  return template.content;
}

/** The service worker's own address: for no other script. */
export function workerUrl(version: string): string {
  const url = `/worker.js?v=${encodeURIComponent(version)}`;
  return policy?.createScriptURL(url) ?? url;
}
