/** The door, the list of one's sessions, and the way out. */
import type { Admins } from "../../auth/admins.ts";
import type { Door } from "../../auth/door.ts";
import type { Bus } from "../../bus/bus.ts";
import type { Log } from "../../log.ts";
import { sessionsView, signInView } from "../../render/views/accounts.ts";
import type { Templates } from "../../render/templates.ts";
import type { Store } from "../../store/store.ts";
import { wordsIn, type Language } from "../../words/words.ts";
import { htmlResponse, ownPath, redirect } from "../answers.ts";
import { readFields, type BodyLimits } from "../bodies.ts";
import { addressOf } from "./address.ts";
import { languageOf } from "./language.ts";
import { providerPage, type OauthParts } from "./oauth.ts";
import type { ReaderParts } from "./reader.ts";
import type { Viewer } from "./viewer.ts";

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

export async function answerSignInPage(parts: AccessParts, request: Request): Promise<Response> {
  const next = ownPath(new URL(request.url).searchParams.get("next"));
  if (!parts.reader.viewers.asks || (await parts.reader.viewers.find(request)) !== null)
    return redirect(next);
  if (parts.oauth !== null) return providerPage(parts, request, next);
  return signInPage(parts, request, 200, { next, trouble: null });
}

/** From a page of ours. */
export async function answerSignIn(
  parts: AccessParts,
  request: Request,
  peer: string | null,
): Promise<Response> {
  const { reader, door, log } = parts;
  if (door === null) return redirect("/");
  const words = wordsIn(languageOf(request));
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
}

/** Who is signed in as this account, and where. */
export async function answerSessions(
  parts: AccessParts,
  { account, language, tokenHash }: Viewer,
  request: Request,
): Promise<Response> {
  const rows = await parts.store.sessions.list(account);
  const person = await parts.store.people.find(account);
  const view = sessionsView(rows, tokenHash, parts.reader.viewers.asks, wordsIn(language), person);
  return htmlResponse(request, parts.pages.templates(language).render("sessions", view));
}

/** Ends one of one's own sessions; whoever watches by it is told to load anew, and so comes to the door. */
export async function answerSignOut(
  { reader, store, bus, limits }: AccessParts,
  { account, tokenHash }: Viewer,
  request: Request,
): Promise<Response | null> {
  const { session = tokenHash } = await readFields(request, limits);
  if (!(await store.sessions.end(account, session))) return null;
  bus.publish({ type: "session.ended", tokenHash: session });
  if (session !== tokenHash) return redirect("/sessions");
  return redirect("/signin", 303, { "Set-Cookie": reader.viewers.forget() });
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
