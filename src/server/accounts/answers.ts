/** GET and POST /admin: accounts for whoever looks after the server, and the blocking of one. */
import type { Admins } from "../../auth/admins.ts";
import { block } from "../../chat/accounts/block.ts";
import type { AccountParts } from "../../chat/accounts/end.ts";
import { refuse } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { accountsView, addressOf, orders, type AccountsPlace } from "../../render/views/people.ts";
import type { Store } from "../../store/store.ts";
import { wordsIn } from "../../words/words.ts";
import type { Viewer } from "../access/viewer.ts";
import { htmlResponse, redirect } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import type { PageLook } from "../pages/faults.ts";

export type AdminParts = {
  store: Store;
  bus: AccountParts["bus"];
  turns: { admission: AccountParts["admission"] };
  admins: Admins;
  pages: PageLook;
  now(): number;
  log: Log;
  limits: BodyLimits & { accountRows: number; accountQueryChars: number; sessionIdleMs: number };
};

export async function answerAccounts(parts: AdminParts, viewer: Viewer, request: Request): Promise<Response> {
  const { store, admins, limits } = parts;
  const place = placeIn(new URL(request.url).searchParams, limits.accountQueryChars);
  const nowMs = parts.now();
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const page = await store.people.list({
    ...place,
    ...{ today, month: `${today.slice(0, 7)}-01`, limit: limits.accountRows },
    seenSinceMs: nowMs - limits.sessionIdleMs,
  });
  const data = { page, place, isAdmin: admins.names, queryMax: limits.accountQueryChars };
  const view = accountsView(data, wordsIn(viewer.language));
  const html = parts.pages.templates(viewer.language).render("accounts", view);
  return htmlResponse(request, html, { isForOnce: true });
}

/** Leads back to where in the list it was asked. */
export async function answerBlocking(
  parts: AdminParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const { block: blocked, unblock: account = blocked, here = "" } = await readFields(request, parts.limits);
  if (account === undefined || !(await act(parts, viewer, account, blocked !== undefined))) return null;
  const search = URL.parse(here, "http://localhost")?.searchParams ?? new URLSearchParams();
  const place = placeIn(search, parts.limits.accountQueryChars);
  return redirect(`${addressOf(place)}#a-${encodeURIComponent(account)}`);
}

/** False where there is no such account, or nothing to undo. */
async function act(
  { store, bus, turns, admins, now, log }: AdminParts,
  { account: by }: Viewer,
  account: string,
  isBlocked: boolean,
): Promise<boolean> {
  // Else two could lock each other out, and the server would be nobody's.
  if (isBlocked && (await admins.has(account))) throw refuse("conflict", "adminBlock");
  const isDone = isBlocked
    ? await block({ store, bus, admission: turns.admission, now }, account)
    : await store.people.unblock(account);
  if (isDone) log.warn(isBlocked ? "account.blocked" : "account.unblocked", { account, by });
  return isDone;
}

/** What is not known in it is not asked for. */
function placeIn(asked: URLSearchParams, queryChars: number): AccountsPlace {
  const sort = asked.get("sort");
  const after = Number(asked.get("after"));
  return {
    query: (asked.get("q") ?? "").slice(0, queryChars).toWellFormed().trim(),
    order: orders.find((order) => order === sort) ?? "seen",
    after: Number.isSafeInteger(after) && after > 0 ? after : 0,
  };
}
