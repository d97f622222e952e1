/** Answers to probes: whether it is ready, and metrics for programs on this machine, by its own names. */
import { isLoopback } from "../access/guard.ts";
import { jsonResponse } from "../answers.ts";
import { readinessOf, type HealthParts } from "./health.ts";
import { contentType } from "./text.ts";

export async function answerReadiness(parts: HealthParts): Promise<Response> {
  const status = await readinessOf(parts);
  return jsonResponse({ status }, status === "ready" ? 200 : 503);
}

/**
 * `peer` is the address at the other end. A proxy on this machine is at the other end for everybody it lets in:
 * what it passes on, or asks for by a public name, is not told.
 */
export function answerMetrics(text: () => string, request: Request, peer: string | null): Response {
  const isNear = peer !== null && isLoopback(peer.replace(/^::ffff:/, ""));
  const isDirect = forwarding.every((name) => !request.headers.has(name));
  const headers = { "Cache-Control": "no-store", "Content-Type": contentType };
  if (isNear && isDirect && isLocalName(request)) return new Response(text(), { headers });
  return new Response("Metrics are told to programs on this machine only.\n", { status: 403, headers });
}

const forwarding = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/** Another name that leads here is a page's that wants to read along. */
function isLocalName(request: Request): boolean {
  const host = (request.headers.get("host") ?? "").toLowerCase().replace(/:\d+$/, "");
  return isLoopback(host.replace(/^\[(.+)\]$/, "$1"));
}
