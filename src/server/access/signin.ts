/** The door, the list of one's sessions, and the way out. */
import type { Admins } from "../../auth/admins.ts";
import type { Door } from "../../auth/door.ts";
import type { Bus } from "../../bus/bus.ts";
import type { Log } from "../../log.ts";
import { sessionsView, signInView } from "../../render/views/accounts.ts";
import type { Templates } from "../../render/templates.ts";
import type { Store } from "../../store/store.ts";
import { wordsIn, type Language } from "../../words/words.ts";
import { htmlResponse, ownPath, redirect, refusalOf } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import { missingPage, refusedPage } from "../pages/faults.ts";
import { addressOf } from "./address.ts";
import { languageOf } from "./language.ts";
import { providerPage, type OauthParts } from "./oauth.ts";
import { readerOf, type ReaderParts } from "./reader.ts";

export type AccessParts = {
  reader: ReaderParts;
  store: Store;
  bus: Bus;
  /** Null where no password is asked for. */
  door: Door | null;
  /** Null where nobody signs in with a provider. */
  oauth: OauthParts | null;
  admins: Admins;
  log: Log;
  limits: BodyLimits;
  pages: { templates(language: Language): Templates };
};

/** Where somebody who has to sign in is sent; `request` is what they wanted. */
export function toSignIn(request: Request): Response {
  const { pathname, search } = new URL(request.url);
  return redirect(`/signin?next=${encodeURIComponent(pathname + search)}`);
}

export async function answerSignInPage(parts: AccessParts, request: Request): Promise<Response> {
  const next = ownPath(new URL(request.url).searchParams.get("next"));
  if (!parts.reader.viewers.asks || (await parts.reader.viewers.find(request)) !== null)
    return redirect(next);
  if (parts.oauth !== null) return providerPage(parts, request, next);
  return signInPage(parts, request, 200, { next, trouble: null });
}

export async function answerSignIn(
  parts: AccessParts,
  request: Request,
  peer: string | null,
): Promise<Response> {
  const { reader, door, log } = parts;
  const words = wordsIn(languageOf(request));
  if (!reader.guard.isOwnOrigin(request)) return refused(parts, request, 403, words.refusals.otherSite);
  if (door === null) return redirect("/");
  try {
    const fields = await readFields(request, parts.limits);
    const next = ownPath(fields["next"] ?? null);
    const address = addressOf(request, peer, reader.proxyHops);
    const entry = door.enter(fields["password"] ?? "", address);
    if (entry === "open") {
      log.info("signin.opened", { address });
      return redirect(next, 303, { "Set-Cookie": await reader.viewers.signIn(request) });
    }
    log.warn("signin.refused", { address, isSlowed: entry !== "wrong" });
    if (entry === "wrong") return signInPage(parts, request, 403, { next, trouble: words.signin.wrong });
    const page = signInPage(parts, request, 429, { next, trouble: words.signin.slowDown(entry.waitS) });
    page.headers.set("Retry-After", String(entry.waitS));
    return page;
  } catch (error) {
    const { status, text } = refusalOf(error, wordsIn(languageOf(request)));
    return refused(parts, request, status, text);
  }
}

/** Who is signed in as this account, and where. */
export async function answerSessions(parts: AccessParts, request: Request): Promise<Response> {
  const viewer = await parts.reader.viewers.find(request);
  if (viewer === null) return parts.reader.viewers.asks ? toSignIn(request) : redirect("/");
  const rows = await parts.store.sessions.list(viewer.account);
  const { language, tokenHash } = viewer;
  const person = await parts.store.people.find(viewer.account);
  const view = sessionsView(rows, tokenHash, parts.reader.viewers.asks, wordsIn(language), person);
  return htmlResponse(request, parts.pages.templates(language).render("sessions", view));
}

/** Ends one of one's own sessions; whoever watches by it is told to load anew, and so comes to the door. */
export async function answerSignOut(parts: AccessParts, request: Request): Promise<Response> {
  const { viewer, refused: reason } = await readerOf(parts.reader, request);
  if (viewer === null) return refused(parts, request, reason.status, reason.text);
  try {
    const { session = viewer.tokenHash } = await readFields(request, parts.limits);
    if (!(await parts.store.sessions.end(viewer.account, session))) {
      return missingPage(request, parts.pages);
    }
    parts.bus.publish({ type: "session.ended", tokenHash: session });
    if (session !== viewer.tokenHash) return redirect("/sessions");
    return redirect("/signin", 303, { "Set-Cookie": parts.reader.viewers.forget() });
  } catch (error) {
    const { status, text } = refusalOf(error, wordsIn(languageOf(request)));
    return refused(parts, request, status, text);
  }
}

function refused(parts: AccessParts, request: Request, status: number, text: string): Response {
  return refusedPage(request, parts.pages, status, text);
}

function signInPage(
  parts: AccessParts,
  request: Request,
  status: number,
  said: { next: string; trouble: string | null },
): Response {
  const language = languageOf(request);
  const html = parts.pages.templates(language).render("signin", signInView(said, wordsIn(language)));
  return htmlResponse(request, html, { status, isForOnce: true });
}
