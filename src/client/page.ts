/** What the page shows, read from the page itself: the browser keeps no second copy. */
import type { Position } from "../protocol.ts";
import { isLookedAt } from "./reading/look.ts";

export const chat = must<HTMLElement>("[data-chat]");
/** Of the page: what it holds, and what is to come. */
export const language = document.documentElement.lang;
export const thread = must<HTMLElement>("#thread");

export function must<E extends Element>(selector: string, within: ParentNode = document): E {
  const element = within.querySelector<E>(selector);
  if (element === null) throw new Error(`the page has no ${selector}`);
  return element;
}

export function conversation(): string {
  return chat.dataset["conversation"] ?? "";
}

export function revision(): number {
  return Number(chat.dataset["revision"]);
}

export function setRevision(value: number): void {
  chat.dataset["revision"] = String(value);
}

/** The foot of a running reply holds its generation and the last event seen. */
export function footOf(generation: string): HTMLElement | null {
  const known = feet.get(generation);
  if (known?.isConnected) return known;
  for (const [other, foot] of feet) if (!foot.isConnected) feet.delete(other);
  const found = thread.querySelector<HTMLElement>(`[data-running="${CSS.escape(generation)}"]`);
  if (found !== null) feet.set(generation, found);
  return found;
}

/** Frames of a reply come many times a second, and a long chat takes a while to look through. */
const feet = new Map<string, HTMLElement>();

/** Known as long as the foot: both come and go with their message. */
export function bodyOf(foot: Element): HTMLElement | null {
  const known = bodies.get(foot);
  if (known !== undefined) return known;
  const found = foot.closest("[data-message]")?.querySelector<HTMLElement>("[data-body]") ?? null;
  if (found !== null) bodies.set(foot, found);
  return found;
}

const bodies = new WeakMap<Element, HTMLElement>();

export function seqOf(foot: HTMLElement): number {
  return Number(foot.dataset["seq"]);
}

/** The first message on the page: of a long chat, earlier ones may be there to be loaded. */
export function firstMessage(): string | null {
  return thread.querySelector<HTMLElement>("[data-message]")?.dataset["message"] ?? null;
}

/** The way on where the page ends before the conversation does: it shows a stretch far up. */
export function laterLink(): HTMLElement | null {
  return thread.querySelector<HTMLElement>("[data-later]");
}

/** What a step is for, where it is on the page; of a stretch far up, the end comes when the reader gets there. */
export function targetOf(id: string): HTMLElement | null {
  const found = document.getElementById(id);
  return found === thread && laterLink() !== null ? null : found;
}

/** The last block of a running reply may still change: what counts as held are the ones before it. */
export function position(): Position {
  const replies = [...thread.querySelectorAll<HTMLElement>("[data-running]")].map((foot) => ({
    generation: foot.dataset["running"] ?? "",
    blocks: Math.max(0, (bodyOf(foot)?.childElementCount ?? 0) - 1),
    seq: seqOf(foot),
    place: foot.querySelector<HTMLElement>("[data-standing]")?.dataset["standing"] ?? "",
  }));
  return {
    conversation: conversation(),
    revision: revision(),
    from: laterLink() === null ? firstMessage() : null,
    sidebar: must<HTMLElement>("#sidebar-rows").dataset["hash"] ?? "",
    language,
    version: chat.dataset["version"] ?? "",
    replies,
    ...(isLookedAt() ? {} : { isHidden: true }),
  };
}

/** A row comes the same to all of a person's tabs: which one is shown is each tab's own. */
export function markCurrent(): void {
  for (const link of document.querySelectorAll<HTMLElement>("[data-conversation-link]")) {
    if (link.dataset["conversationLink"] !== conversation()) link.removeAttribute("aria-current");
    else link.setAttribute("aria-current", "page");
  }
}

/** A word of the page's own language, for what is said without the server. */
export function word(name: string): string {
  const said = [...document.querySelectorAll<HTMLTemplateElement>('template[data-part="words"]')];
  const found = said.map(({ content }) => content.querySelector(`[data-word="${name}"]`));
  return found.find((each) => each !== null)?.textContent ?? "";
}
