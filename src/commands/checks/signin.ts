/** Whether people can sign in: the provider is there, is who it should be, and knows what it is asked for. */
import { discoveryUrl, placesIn } from "../../auth/oauth/places.ts";
import type { Config } from "../../config.ts";
import { ask } from "./ask.ts";
import { fail, note, ok, type Finding } from "./finding.ts";

/** None where nobody signs in with a provider. */
export async function checkSignIn({ oauth, publicUrl }: Config): Promise<Finding[]> {
  if (oauth === null) return [];
  const { url } = oauth;
  const answer = await ask(discoveryUrl(url), null, { bytesMax: 256 * 1024 });
  if ("fault" in answer) return [fail("signin", `${url} ${answer.fault}.`, setting)];
  const { status, json, tookMs } = answer;
  const told = typeof json === "object" && json !== null ? { ...json } : null;
  if (status !== 200 || told === null)
    return [fail("signin", `${url} tells no OpenID settings (${status}).`, issuerAlone)];
  const found = placesIn(told, url);
  if ("wrong" in found) return [judgeWrong(found.wrong, url, "issuer" in told ? told.issuer : null)];
  const unknown = unknownScopes(oauth.scopes, "scopes_supported" in told ? told.scopes_supported : null);
  if (unknown.length > 0) {
    const what = `${url} does not list ${unknown.join(" and ")} among what it can be asked for.`;
    return [note("signin", what, "Take that out of OAUTH_SCOPES, if signing in fails.")];
  }
  const callback = publicUrl === null ? "" : ` It has to know ${publicUrl}/signin/callback.`;
  const pays = oauth.pays ? "and pay for their own replies" : "and HF_TOKEN or another key pays";
  return [ok("signin", `people sign in at ${url}, ${pays} (${tookMs} ms).${callback}`)];
}

const setting = "Check OPENID_PROVIDER_URL and the network.";
const issuerAlone = "OPENID_PROVIDER_URL has to be the issuer alone, such as https://huggingface.co.";

function judgeWrong(wrong: "issuer" | "address", url: string, issuer: unknown): Finding {
  if (wrong === "address")
    return fail("signin", `${url} names no safe address to sign in at.`, "Ask who runs it.");
  const other = typeof issuer === "string" && URL.canParse(issuer) ? issuer.slice(0, 200) : null;
  const what = `${url} says that it is ${other ?? "nobody"}.`;
  return fail(
    "signin",
    what,
    other === null ? issuerAlone : `Set OPENID_PROVIDER_URL to ${other}, if you trust it.`,
  );
}

function unknownScopes(scopes: string, supported: unknown): string[] {
  return Array.isArray(supported) ? scopes.split(" ").filter((scope) => !supported.includes(scope)) : [];
}
