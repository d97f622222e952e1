/** GET and POST /token: a Hugging Face token of one's own, to be given, replaced and taken away; never shown. */
import { isToken, type GivenTokens } from "../../auth/tokens.ts";
import type { Grants } from "../../auth/oauth/grants.ts";
import { tokenView } from "../../render/views/accounts.ts";
import { wordsIn } from "../../words/words.ts";
import { htmlResponse, redirect, refusalOf } from "../answers.ts";
import { readFields } from "../bodies.ts";
import { missingPage, refusedPage } from "../pages/faults.ts";
import { languageOf } from "./language.ts";
import { readerOf } from "./reader.ts";
import { toSignIn, type AccessParts } from "./signin.ts";
import type { Viewer } from "./viewer.ts";

export type TokenParts = AccessParts & {
  /** Null where people can't bring their own. */
  tokens: GivenTokens | Grants | null;
  now(): number;
};

export async function answerTokenPage(parts: TokenParts, request: Request): Promise<Response> {
  const { viewers } = parts.reader;
  const viewer = await viewers.find(request);
  if (viewer === null && viewers.asks) return toSignIn(request);
  if (viewer === null || parts.tokens === null) return missingPage(request, parts.pages);
  return page(parts, request, viewer, null);
}

export async function answerToken(parts: TokenParts, request: Request): Promise<Response> {
  const { tokens, store, now } = parts;
  const { viewer, refused } = await readerOf(parts.reader, request);
  if (viewer === null) return refusedPage(request, parts.pages, refused.status, refused.text);
  if (tokens === null) return missingPage(request, parts.pages);
  try {
    const { token = "", remove } = await readFields(request, parts.limits);
    const { account } = viewer;
    if (remove !== undefined) await tokens.forget(account);
    else if (!("keep" in tokens)) return missingPage(request, parts.pages);
    else {
      const given = token.trim();
      if (!isToken(given)) return await page(parts, request, viewer, wordsIn(viewer.language).token.wrong);
      await store.sessions.create({ ...viewer, nowMs: now() });
      await tokens.keep(account, given, now());
    }
    return redirect("/token");
  } catch (error) {
    const { status, text } = refusalOf(error, wordsIn(languageOf(request)));
    return refusedPage(request, parts.pages, status, text);
  }
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
