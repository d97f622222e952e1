/** Settings that are right each by itself, and wrong together. */
import { isIP } from "node:net";
import type { Env, Name, Values } from "../config.ts";
import { endpointFaults } from "./endpoints.ts";

/** A line for each. */
export function contradictions(env: Env, values: Partial<Values>): string[] {
  const faults = endpointFaults(env, values, values.MODEL);
  const open = openKey(values);
  if (open && values.ANONYMOUS === "no" && !env["PASSWORD"]) {
    const remedy = "set a PASSWORD, or ANONYMOUS=yes if that is meant";
    faults.push(`${open} is open to the network and nothing asks who comes: ${remedy}`);
  }
  if (env["PASSWORD"] && values.ANONYMOUS === "yes") {
    faults.push("PASSWORD is set and ANONYMOUS lets everybody in without it: set one of them");
  }
  const isHttps = values.PUBLIC_URL?.startsWith("https:") ?? false;
  if (values.FRAME_ANCESTORS?.length && !isHttps) {
    faults.push("FRAME_ANCESTORS wants an https PUBLIC_URL: browsers keep a frame's cookies there alone");
  }
  if (values.HSTS_DAYS && !isHttps) faults.push("HSTS_DAYS wants an https PUBLIC_URL, which it is about");
  return faults;
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
