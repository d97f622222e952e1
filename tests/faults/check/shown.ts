/** What is on show, and what must not be: tabs against fresh pages, replies as they grow, secrets anywhere. */
import type { Call } from "../means/model.ts";
import { stretchesIn } from "../means/words.ts";
import type { Record } from "./record.ts";

export type Reply = { message: string; html: string };

/** A tab at rest, and the page of the same conversation as a browser would get it now. */
export type View = { tab: string; shown: Reply[]; page: Reply[] };

export function wrongsOfViews(views: View[]): string[] {
  return views.flatMap(({ tab, shown, page }) => {
    const at = Array.from({ length: Math.max(shown.length, page.length) }, (_, index) => index).find(
      (index) => shown[index]?.message !== page[index]?.message || shown[index]?.html !== page[index]?.html,
    );
    if (at === undefined) return [];
    return [`the tab ${tab} shows ${tail(shown[at])} in place ${at}, and not ${tail(page[at])}`];
  });
}

function tail(reply: Reply | undefined): string {
  return reply === undefined ? "nothing" : `${reply.message} …${reply.html.slice(-80)}`;
}

/** Notes a running reply as a tab shows it now: from its beginning, without a hole, and nothing that was not sent. */
export function noteShown(record: Record, generation: string, html: string): void {
  const nowMs = performance.now();
  const showing = record.shown.get(generation) ?? [];
  record.shown.set(generation, showing);
  const stretches = stretchesIn(html);
  if (stretches === null) return void record.wrongs.push(`${generation} was shown as …${html.slice(-80)}`);
  const early = stretches.find(({ call, words }) => words > sentOf(record.calls[call]));
  if (early !== undefined) record.wrongs.push(`${generation} was shown before call ${early.call} sent it`);
  const last = stretches.at(-1);
  const known = showing.findLast(({ call }) => call === last?.call)?.words ?? 0;
  // Another tab may be ahead.
  if (last !== undefined && last.words > known) showing.push({ ...last, atMs: nowMs });
}

function sentOf(call: Call | undefined): number {
  return call?.sent.length ?? 0;
}

/** `places`: logs, and pages of others. */
export function wrongsOfSecrets(places: Map<string, string>, secrets: string[]): string[] {
  return [...places].flatMap(([place, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${place} has “${secret}”`),
  );
}
