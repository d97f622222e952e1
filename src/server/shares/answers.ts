/** Links to a branch: made, listed and ended by their owner, and the page that others read. */
import type { ShareLinks } from "../../auth/shares.ts";
import type { Bus } from "../../bus/bus.ts";
import { refuse } from "../../errors.ts";
import { isId, OpError } from "../../protocol.ts";
import { sharesView, type SharesView } from "../../render/shares/views.ts";
import type { Store } from "../../store/store.ts";
import { wordsIn } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import { htmlResponse, redirect } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import type { PageLook } from "../pages/faults.ts";

export type ShareParts = {
  store: Store;
  bus: Bus;
  links: ShareLinks;
  isTemporary(owner: string, conversation: string): boolean;
  pages: PageLook;
  /** Where browsers reach the server; null: where they have just come. */
  publicUrl: string | null;
  now(): number;
  limits: BodyLimits & { sharesMax: number };
};

/** GET /shares: one's own links; with `conversation`, the form for one more. */
export async function answerShares(parts: ShareParts, viewer: Viewer, request: Request): Promise<Response> {
  const { origin, searchParams } = new URL(request.url);
  const form = await formFor(parts, viewer.account, searchParams.get("conversation"));
  const shares = await parts.links.list(viewer.account, parts.now());
  const view = sharesView(shares, parts.publicUrl ?? origin, form, wordsIn(viewer.language));
  const html = parts.pages.templates(viewer.language).render("shares", view);
  return htmlResponse(request, html, { isForOnce: true });
}

/** What is temporary is nowhere where a link could lead. */
async function formFor(
  { store, isTemporary }: ShareParts,
  owner: string,
  conversation: string | null,
): Promise<SharesView["form"]> {
  const found = conversation === null ? null : await store.conversations.find(owner, conversation);
  if (found === null || found.leaf === null || isTemporary(owner, found.id)) return null;
  return { id: crypto.randomUUID(), conversation: found.id, leaf: found.leaf, title: found.title };
}

/** POST /shares: makes a link to the branch that its author saw, or ends one. */
export async function answerShare(
  parts: ShareParts,
  { account }: Viewer,
  request: Request,
): Promise<Response | null> {
  const fields = await readFields(request, parts.limits);
  if (fields["end"] === undefined) return make(parts, account, fields);
  const secretHash = await parts.links.end(account, fields["end"]);
  if (secretHash === null) return null;
  parts.bus.publish({ type: "link.ended", secretHash });
  return redirect("/shares");
}

async function make(
  { links, now, limits: { sharesMax } }: ShareParts,
  owner: string,
  fields: Record<string, string>,
): Promise<Response> {
  const { id, conversation, leaf, until = "", live } = fields;
  const days = daysOf.get(until);
  if (!isId(id)) throw new OpError("noOpId");
  if (!isId(conversation) || !isId(leaf) || days === undefined) throw refuse("not_found", "noMessage");
  const createdMs = now();
  const expiresMs = days === null ? null : createdMs + days * 86_400_000;
  const share = { owner, id, conversation, leaf, isLive: live === "on", createdMs, expiresMs };
  const made = await links.make({ ...share, sharesMax });
  if (made === "missing") throw refuse("not_found", "noMessage");
  if (made === "full") throw refuse("conflict", "tooManyShares", { max: sharesMax });
  return redirect(`/shares?conversation=${conversation}`);
}

/** As the form has them; null: until it is ended. */
const daysOf: ReadonlyMap<string, number | null> = new Map([
  ["day", 1],
  ["week", 7],
  ["month", 30],
  ["never", null],
]);
