/** Signing in with a provider: to it, and back with a code that is exchanged for who somebody is. */
import type { Grants } from "../../auth/oauth/grants.ts";
import { beginAttempt, isSame, readAttempt } from "../../auth/oauth/attempt.ts";
import { personIn } from "../../auth/oauth/identity.ts";
import type { IdentityProvider } from "../../auth/oauth/provider.ts";
import { AppError } from "../../errors.ts";
import { providerView } from "../../render/views/accounts.ts";
import { wordsIn, type Words } from "../../words/words.ts";
import { htmlResponse, ownPath, redirect } from "../answers.ts";
import { addressOf } from "./address.ts";
import { languageOf } from "./language.ts";
import type { AccessParts } from "./signin.ts";
import type { Newcomer } from "./viewer.ts";

/** `grants` is null where signing in only says who somebody is. */
export type OauthParts = {
  provider: IdentityProvider;
  clientId: string;
  grants: Grants | null;
  publicUrl: string | null;
  now(): number;
};

type Trouble = keyof Words["oauth"]["troubles"];

/** The page with the button, and with what went wrong where something did. */
export function providerPage(
  parts: AccessParts,
  request: Request,
  next: string,
  trouble: { is: Trouble; status: number } | null = null,
): Response {
  const language = languageOf(request);
  const words = wordsIn(language);
  const pays = (parts.oauth?.grants ?? null) !== null;
  const isFramed = request.headers.get("sec-fetch-dest") === "iframe";
  const view = providerView(next, trouble?.is ?? null, { pays, isFramed }, words);
  const html = parts.pages.templates(language).render("provider", view);
  return htmlResponse(request, html, { status: trouble?.status ?? 200, isForOnce: true });
}

/**
 * A link and not a form: a policy's form-action holds for where a form's answer leads, too, and a provider may lead on
 * to anywhere. Who is led here by another site only signs in as himself.
 */
export async function answerStart(parts: AccessParts, request: Request): Promise<Response> {
  const { oauth, reader, log } = parts;
  const next = ownPath(new URL(request.url).searchParams.get("next"));
  if (oauth === null) return redirect(next);
  const attempt = beginAttempt(next);
  try {
    const url = await oauth.provider.startUrl(attempt, redirectUri(oauth, request));
    return redirect(url, 303, { "Set-Cookie": reader.viewers.keepAttempt(attempt.kept) });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log.warn("signin.failed", { why: error.code, detail: error.message });
    return providerPage(parts, request, next, { is: "unreachable", status: 502 });
  }
}

/** The attempt's cookie goes away whatever comes of it, so that nothing of it works a second time. */
export async function answerCallback(
  parts: AccessParts,
  request: Request,
  peer: string | null,
): Promise<Response> {
  const { oauth, reader } = parts;
  if (oauth === null) return redirect("/");
  const response = await finish(parts, oauth, request, peer);
  response.headers.append("Set-Cookie", reader.viewers.keepAttempt(null));
  return response;
}

async function finish(
  parts: AccessParts,
  oauth: OauthParts,
  request: Request,
  peer: string | null,
): Promise<Response> {
  const { reader, log } = parts;
  const address = addressOf(request, peer, reader.proxyHops);
  const attempt = readAttempt(reader.viewers.attemptIn(request));
  const next = ownPath(attempt?.next ?? null);
  const fail = (is: Trouble, status: number, detail: string) => {
    log.warn("signin.failed", { why: is, detail, address });
    return providerPage(parts, request, next, { is, status });
  };
  const given = new URL(request.url).searchParams;
  const [state, code] = [given.get("state"), given.get("code")];
  if (attempt === null || state === null || !isSame(state, attempt.state)) {
    return fail("stale", 400, attempt === null ? "no attempt is known" : "another state");
  }
  if (code === null) {
    const error = given.get("error") ?? "";
    if (error === "access_denied") return fail("denied", 403, error);
    return fail("refused", 502, /^[a-z_]{1,40}$/.test(error) ? error : "no code");
  }
  try {
    const redeemed = await oauth.provider.redeem(code, attempt.verifier, redirectUri(oauth, request));
    const issuer = await oauth.provider.issuer();
    const expected = { issuer, clientId: oauth.clientId, nonce: attempt.nonce, nowMs: oauth.now() };
    const { account, ...person } = personIn(redeemed.idToken, expected);
    // The same person would have the same account, and what they write now would go with the rest.
    if (await parts.store.accounts.isEnded(account))
      return fail("ending", 503, "its account is being deleted");
    // Whoever runs the server has the last word, also on who had been blocked before.
    if (parts.admins.names(person)) await parts.store.people.unblock(account);
    const setCookie = await signIn(parts, request, { account, person });
    // The account has to be there first.
    await oauth.grants?.keepGrant(account, redeemed.grant, oauth.now());
    log.info("signin.opened", { address });
    return redirect(next, 303, { "Set-Cookie": setCookie });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "blocked") return fail("blocked", 403, error.message);
    const isAway = error.code === "signin.unreachable";
    return fail(isAway ? "unreachable" : "refused", 502, error.message);
  }
}

/** Who comes as somebody else than before leaves that session, in all its tabs. */
async function signIn({ reader, store, bus }: AccessParts, request: Request, who: Newcomer) {
  const before = await reader.viewers.find(request);
  const setCookie = await reader.viewers.signIn(request, who);
  if (before !== null && before.account !== who.account) {
    await store.sessions.end(before.account, before.tokenHash);
    bus.publish({ type: "session.ended", tokenHash: before.tokenHash });
  }
  return setCookie;
}

/** As the browser came; the provider takes only those it knows, and the guard only our own hosts. */
function redirectUri({ publicUrl }: OauthParts, request: Request): string {
  return `${publicUrl ?? new URL(request.url).origin}/signin/callback`;
}
