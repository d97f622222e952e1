/** Settings that are right each by itself, and wrong together. */
import { isIP } from "node:net";
import type { Env, Name, Values } from "../config.ts";
import { endpointFaults } from "./endpoints.ts";

/** A line for each. */
export function contradictions(env: Env, values: Partial<Values>): string[] {
  const faults = endpointFaults(env, values, values.MODEL);
  const open = openKey(values);
  if (open && values.ANONYMOUS === "no" && !env["PASSWORD"] && !env["OAUTH_CLIENT_ID"]) {
    const remedy = "set a PASSWORD or OAUTH_CLIENT_ID, or ANONYMOUS=yes if that is meant";
    faults.push(`${open} is open to the network and nothing asks who comes: ${remedy}`);
  }
  if (env["PASSWORD"] && values.ANONYMOUS === "yes") {
    faults.push("PASSWORD is set and ANONYMOUS lets everybody in without it: set one of them");
  }
  const isHttps = values.PUBLIC_URL?.startsWith("https:") ?? false;
  if (values.FRAME_ANCESTORS?.length && !isHttps) {
    faults.push("FRAME_ANCESTORS wants an https PUBLIC_URL: browsers keep a frame's cookies there alone");
  }
  faults.push(...signInFaults(env, values));
  if (values.HSTS_DAYS && !isHttps) faults.push("HSTS_DAYS wants an https PUBLIC_URL, which it is about");
  return faults;
}

function signInFaults(env: Env, { ANONYMOUS, OWN_TOKENS, OAUTH_SCOPES, ADMINS }: Partial<Values>): string[] {
  const faults: string[] = [];
  if (!env["OAUTH_CLIENT_ID"]) {
    if (env["OAUTH_CLIENT_SECRET"])
      faults.push("OAUTH_CLIENT_SECRET is set without OAUTH_CLIENT_ID, whose it is: set both");
    if (ADMINS?.length)
      faults.push("ADMINS are known by who signs in: set OAUTH_CLIENT_ID, or leave them out");
    return faults;
  }
  if (ADMINS?.some((each) => each.startsWith("@")) && !OAUTH_SCOPES?.split(" ").includes("profile")) {
    faults.push("ADMINS has an @name, which nobody tells without profile among OAUTH_SCOPES: add it there");
  }
  if (env["PASSWORD"]) faults.push("OAUTH_CLIENT_ID and PASSWORD are two ways in: set one of them");
  if (ANONYMOUS === "yes") {
    faults.push("OAUTH_CLIENT_ID is set and ANONYMOUS lets everybody in without it: set one of them");
  }
  if (OAUTH_SCOPES && !isPaidBySignIn(OAUTH_SCOPES)) return faults;
  if (env["HF_TOKEN"]) {
    faults.push(
      "OAUTH_CLIENT_ID has everybody pay by their own account, and HF_TOKEN pays for all: set one of them",
    );
  }
  if (OWN_TOKENS === "yes") faults.push("OAUTH_CLIENT_ID brings everybody's own token: leave OWN_TOKENS out");
  return faults;
}

/** Whether who signs in brings a token that may call models. */
export function isPaidBySignIn(scopes: string): boolean {
  return scopes.split(" ").includes("inference-api");
}

/** The key by which others than this machine's own people come in; a proxy in front counts. */
function openKey({ HOST, PUBLIC_URL, HOSTS }: Partial<Values>): Name | null {
  if (HOST && !isLoopback(HOST)) return "HOST";
  if (PUBLIC_URL && !isLoopback(new URL(PUBLIC_URL).hostname)) return "PUBLIC_URL";
  return HOSTS?.every(isLoopback) === false ? "HOSTS" : null;
}

function isLoopback(host: string): boolean {
  return /^(localhost|\[?::1\]?)$/.test(host) || (isIP(host) === 4 && host.startsWith("127."));
}
