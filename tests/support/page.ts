/** What a test reads from a page's HTML. */
import type { Frame, Position } from "../../src/protocol.ts";

/** What a page says of itself, as the browser's code reads it. */
export function positionIn(html: string): Position {
  const attribute = (name: string) => new RegExp(`data-${name}="([^"]*)"`).exec(html)?.[1] ?? "";
  return {
    conversation: attribute("conversation"),
    revision: Number(attribute("revision")),
    from: attribute("message") || null,
    sidebar: attribute("hash"),
    language: /<html lang="([^"]*)"/.exec(html)?.[1] ?? "",
    version: attribute("version"),
    replies: [],
  };
}

/** The HTML inside the body of each reply, oldest first. */
export function bodiesIn(html: string): string[] {
  return [...html.matchAll(/<div class="message__body prose" data-body>(.*?)<\/div>\s*<footer/gs)].map(
    (match) => match[1] ?? "",
  );
}

/** The ids of the messages of that role on show, oldest first. */
export function messagesIn(html: string, role: "user" | "assistant"): string[] {
  return [...html.matchAll(new RegExp(`message--${role}" id="m-([^"]+)"`, "g"))].map(
    (match) => match[1] ?? "",
  );
}

/** The hidden fields of the form with this op, as the page gives them; of its first one, where there are several. */
export function fieldsOf(html: string, op: string): Record<string, string> {
  const form = new RegExp(`<form[^>]*data-op="${op}".*?</form>`, "s").exec(html)?.[0] ?? "";
  const inputs = form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name = "", value = ""]) => [name, value]));
}

/** The replies on show, oldest first: `article` is all of one. */
export function repliesIn(html: string) {
  return html.split("<article").flatMap((article) => {
    const message = / data-message="([^"]+)"/.exec(article)?.[1];
    const body = /<div class="message__body prose" data-body>(.*?)<\/div>\s*<footer/s.exec(article)?.[1];
    if (message === undefined || body === undefined) return [];
    const thoughts = /data-reasoning-text dir="auto">(.*?)<\/div>/s.exec(article)?.[1] ?? "";
    return [{ message, body, reasoning: unescapeHtml(thoughts), article }];
  });
}

/** The entities that templates and the renderer write. */
export function unescapeHtml(html: string): string {
  const entities: Record<string, string> = {
    "&amp;": "&",
    "&lt;": "<",
    "&gt;": ">",
    "&quot;": '"',
    "&#x27;": "'",
    "&#x3D;": "=",
  };
  return html.replace(/&[A-Za-z0-9#]+;/g, (entity) => entities[entity] ?? entity);
}

/** The thread that a frame brings whole, to who joins or to all who watch; null where it brings none. */
export function threadIn(frame: Frame): string | null {
  if (frame.type === "thread") return frame.html;
  if (frame.type !== "patch") return null;
  return frame.steps.flatMap((step) => (step[0] === "thread" ? [step[2]] : [])).at(0) ?? null;
}
