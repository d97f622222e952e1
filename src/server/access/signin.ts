/** The door, the list of one's sessions, and the way out. */
import type { Door } from "../../auth/door.ts";
import type { Bus } from "../../bus/bus.ts";
import type { Log } from "../../log.ts";
import { sessionsView, signInView } from "../../render/views/accounts.ts";
import type { Templates } from "../../render/templates.ts";
import type { Store } from "../../store/store.ts";
import { htmlResponse, redirect, refusalOf } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import { missingPage, refusedPage } from "../pages.ts";
import { addressOf } from "./address.ts";
import { readerOf, type ReaderParts } from "./reader.ts";

export type AccessParts = {
  reader: ReaderParts;
  store: Store;
  bus: Bus;
  /** Null where nobody is asked. */
  door: Door | null;
  log: Log;
  limits: BodyLimits;
  pages: { templates(): Templates };
};

/** Where somebody who has to sign in is sent; `request` is what they wanted. */
export function toSignIn(request: Request): Response {
  const { pathname, search } = new URL(request.url);
  return redirect(`/signin?next=${encodeURIComponent(pathname + search)}`);
}

export async function answerSignInPage(parts: AccessParts, request: Request): Promise<Response> {
  const next = nextIn(new URL(request.url).searchParams.get("next"));
  if (parts.door === null || (await parts.reader.viewers.find(request)) !== null) return redirect(next);
  return signInPage(parts, request, 200, { next, trouble: null });
}

export async function answerSignIn(
  parts: AccessParts,
  request: Request,
  peer: string | null,
): Promise<Response> {
  const { reader, door, log } = parts;
  if (!reader.guard.isOwnOrigin(request)) return refused(parts, request, 403, "That came from another site.");
  if (door === null) return redirect("/");
  try {
    const fields = await readFields(request, parts.limits);
    const next = nextIn(fields["next"] ?? null);
    const address = addressOf(request, peer, reader.proxyHops);
    const entry = door.enter(fields["password"] ?? "", address);
    if (entry === "open") {
      log.info("signin.opened", { address });
      return redirect(next, 303, { "Set-Cookie": await reader.viewers.signIn(request) });
    }
    log.warn("signin.refused", { address, isSlowed: entry !== "wrong" });
    if (entry === "wrong")
      return signInPage(parts, request, 403, { next, trouble: "That is not the password." });
    const page = signInPage(parts, request, 429, { next, trouble: slowDown(entry.waitS) });
    page.headers.set("Retry-After", String(entry.waitS));
    return page;
  } catch (error) {
    const { status, text } = refusalOf(error);
    return refused(parts, request, status, text);
  }
}

/** Who is signed in as this account, and where. */
export async function answerSessions(parts: AccessParts, request: Request): Promise<Response> {
  const viewer = await parts.reader.viewers.find(request);
  if (viewer === null) return parts.door === null ? redirect("/") : toSignIn(request);
  const rows = await parts.store.sessions.list(viewer.account);
  const view = sessionsView(rows, viewer.tokenHash, parts.door !== null);
  return htmlResponse(request, parts.pages.templates().render("sessions", view));
}

/** Ends one of one's own sessions; whoever watches by it is told to load anew, and so comes to the door. */
export async function answerSignOut(parts: AccessParts, request: Request): Promise<Response> {
  const { viewer, refused: reason } = await readerOf(parts.reader, request);
  if (viewer === null) return refused(parts, request, reason.status, reason.text);
  try {
    const { session = viewer.tokenHash } = await readFields(request, parts.limits);
    if (!(await parts.store.sessions.end(viewer.account, session))) {
      return missingPage(request, parts.pages.templates());
    }
    parts.bus.publish({ type: "session.ended", tokenHash: session });
    if (session !== viewer.tokenHash) return redirect("/sessions");
    return redirect("/signin", 303, { "Set-Cookie": parts.reader.viewers.forget() });
  } catch (error) {
    const { status, text } = refusalOf(error);
    return refused(parts, request, status, text);
  }
}

function refused(parts: AccessParts, request: Request, status: number, text: string): Response {
  return refusedPage(request, parts.pages.templates(), status, text);
}

function signInPage(
  parts: AccessParts,
  request: Request,
  status: number,
  words: { next: string; trouble: string | null },
): Response {
  const html = parts.pages.templates().render("signin", signInView(words));
  return htmlResponse(request, html, { status, isForOnce: true });
}

/** A path of ours; a link may have been made by anybody. */
function nextIn(text: string | null): string {
  const url = text?.startsWith("/") ? URL.parse(text, base) : null;
  return url?.origin === base ? url.pathname + url.search : "/";
}

const base = "http://localhost";

function slowDown(waitS: number): string {
  const time = waitS < 90 ? `${waitS} seconds` : `${Math.ceil(waitS / 60)} minutes`;
  return `That was tried too often. Wait ${time}, then try again.`;
}
