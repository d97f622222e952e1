/** GET and POST /token: a Hugging Face token of one's own, to be given, replaced and taken away; never shown. */
import { isToken, type GivenTokens } from "../../auth/tokens.ts";
import type { Grants } from "../../auth/oauth/grants.ts";
import { tokenView } from "../../render/views/accounts.ts";
import { wordsIn } from "../../words/words.ts";
import { htmlResponse, redirect } from "../answers.ts";
import { readFields } from "../bodies.ts";
import type { AccessParts } from "./signin.ts";
import type { Viewer } from "./viewer.ts";

export type TokenParts = AccessParts & {
  /** Null where people can't bring their own. */
  tokens: GivenTokens | Grants | null;
  now(): number;
};

export async function answerTokenPage(
  parts: TokenParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  return parts.tokens === null ? null : page(parts, request, viewer, null);
}

export async function answerToken(
  parts: TokenParts,
  viewer: Viewer,
  request: Request,
): Promise<Response | null> {
  const { tokens, store, now } = parts;
  if (tokens === null) return null;
  const { token = "", remove } = await readFields(request, parts.limits);
  const { account } = viewer;
  if (remove !== undefined) {
    await tokens.forget(account);
    return redirect("/token");
  }
  if (!("keep" in tokens)) return null;
  const given = token.trim();
  if (!isToken(given)) return page(parts, request, viewer, wordsIn(viewer.language).token.wrong);
  await store.sessions.create({ ...viewer, nowMs: now() });
  await tokens.keep(account, given, now());
  return redirect("/token");
}

async function page(
  { tokens, pages }: TokenParts,
  request: Request,
  { account, language }: Viewer,
  trouble: string | null,
): Promise<Response> {
  const sinceMs = (await tokens?.since(account)) ?? null;
  const html = pages
    .templates(language)
    .render("token", tokenView(sinceMs, trouble, tokens?.isSignIn ?? false, wordsIn(language)));
  return htmlResponse(request, html, { status: trouble === null ? 200 : 400, isForOnce: true });
}
