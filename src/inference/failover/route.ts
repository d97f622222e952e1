/** Whom each call of a generation asks: who was asked for, then the next that the person's price limit allows. */
import type { LeftCall, ListedModel, ModelRef, Offer } from "../../domain.ts";
import { unsendable } from "../failures.ts";
import type { ChatRequest, UpstreamError } from "../provider.ts";
import { plain, type Health } from "./health.ts";

export type Route = {
  /** The next call's; its model names a provider where one is known to be asked. */
  request(): ChatRequest;
  /** What is told of the next call: the calls before it that came to nothing, and who is asked now. */
  told(): { left?: LeftCall[]; to?: string };
  /** A call failed before it gave anything: true where the next one asks another provider, at once. */
  leave(error: UpstreamError, tookMs: number): boolean;
  /** A call gave a reply; null where nobody told whose it was. */
  answered(provider: string | null): void;
};

export type RouteParts = {
  endpoint: string;
  /** What the endpoint's list says, where there is one. */
  find(model: ModelRef): ListedModel | null;
  health: Health;
};

/** Throws UpstreamError where the price limit allows nobody. */
export function routeOf({ endpoint, find, health }: RouteParts, request: ChatRequest): Route {
  const { usdOutMax, providers } = request;
  const listed = find({ endpoint, id: request.model });
  const limit = usdOutMax ?? null;
  const { base, wish } = readModel(request.model, listed);
  const offers = (listed?.offers ?? []).filter(isNamed);
  const named = offers.find(({ provider }) => plain(provider) === plain(wish)) ?? null;
  if (limit !== null && offers.length === 0) checkAlone(endpoint, listed, limit);
  const allowed = inOrder(offers, wish).filter((offer) => isWithin(offer, limit));
  if (limit !== null && offers.length > 0) checkServed(named, allowed, limit);
  const left: LeftCall[] = [];
  const tried = new Set<string>();
  let to: NamedOffer | null = named;

  function next(): NamedOffer | null {
    if (providers === "chosen" && named !== null) return null;
    const others = allowed.filter(
      (offer) => !tried.has(plain(offer.provider)) && isFair(offer, named, limit),
    );
    return others.find(({ provider }) => !health.isResting(provider)) ?? others[0] ?? null;
  }

  function begin(): void {
    if (named === null) {
      // Only a limit or somebody at rest makes the choice ours: else the router knows better who is quickest now.
      if (limit !== null || allowed.some(({ provider }) => health.isResting(provider))) to = next();
      return;
    }
    const other = health.isResting(named.provider) ? next() : null;
    if (other === null || other === named || health.isResting(other.provider)) return;
    tried.add(plain(named.provider));
    left.push({ provider: named.provider, why: "resting", tookMs: 0 });
    to = other;
  }

  begin();
  return {
    request: () => (to === null ? request : { ...request, model: `${base}:${to.provider}` }),
    told: () => ({
      ...(left.length > 0 ? { left: [...left] } : {}),
      ...(to === null ? {} : { to: to.provider }),
    }),
    leave(error, tookMs) {
      const why = whyOf(error);
      if (why === null) return false;
      const provider = error.failure.provider ?? to?.provider ?? null;
      left.push({ provider, why, tookMs: Math.round(tookMs) });
      if (provider !== null) health.failed(provider);
      if (isForAll(error)) return false;
      // Who does not name himself is taken for the first in order, as the router would have chosen.
      const guess = allowed[0]?.provider;
      for (const name of [provider ?? guess, to?.provider]) if (name !== undefined) tried.add(plain(name));
      const other = next();
      if (other !== null) to = other;
      return other !== null;
    },
    answered(provider) {
      const name = provider ?? to?.provider ?? null;
      if (name !== null) health.answered(name);
    },
  };
}

type NamedOffer = Offer & { provider: string };

function isNamed(offer: Offer): offer is NamedOffer {
  return offer.provider !== null;
}

/** `org/model:wish`: a wish such as "fastest", or a provider; a colon may also belong to the model's own name. */
function readModel(id: string, listed: ListedModel | null): { base: string; wish: string } {
  if (listed === null || listed.id === id) return { base: id, wish: "" };
  return { base: listed.id, wish: id.slice(listed.id.length + 1) };
}

function isWithin({ isFree, usdOut }: Offer, limit: number | null): boolean {
  return limit === null || isFree || (usdOut !== null && usdOut <= limit);
}

/** Who chose a provider has seen its price: without a limit, nobody dearer takes its place. */
function isFair(offer: Offer, named: Offer | null, limit: number | null): boolean {
  if (named === null || limit !== null) return true;
  const price = named.isFree ? 0 : named.usdOut;
  return price === null || isWithin(offer, price);
}

function inOrder(offers: NamedOffer[], wish: string): NamedOffer[] {
  if (wish === "cheapest") return offers.toSorted((a, b) => priceOf(a) - priceOf(b));
  return offers.toSorted((a, b) => (b.tokensPerS ?? 0) - (a.tokensPerS ?? 0));
}

/** Large, but finite: two of them differ by nothing. */
function priceOf({ isFree, usdOut }: Offer): number {
  return isFree ? 0 : (usdOut ?? 1e15);
}

/** Null where another provider would say the same, or nobody can tell. */
function whyOf({ failure: { kind, status }, cause }: UpstreamError): LeftCall["why"] | null {
  if (kind === "rate_limited" || status === 503 || status === 529) return "busy";
  if (kind === "provider_down") return cause === "timeout" ? "late" : "down";
  return kind === "reply_error" ? "down" : null;
}

/** It is the router that can't be reached; a connection that was made and broke may be one provider's fault. */
function isForAll({ failure: { kind, status, provider }, cause }: UpstreamError): boolean {
  const isBroken = /^(timeout|ECONNRESET|EPIPE|ConnectionClosed)$/.test(String(cause));
  return kind === "provider_down" && status === 0 && provider === null && !isBroken;
}

/** A server that tells no price is taken to cost nothing; of the router that can't be believed. */
function checkAlone(endpoint: string, listed: ListedModel | null, limit: number): void {
  const offer = listed?.offers[0];
  const isTold = offer !== undefined && (offer.isFree || offer.usdOut !== null);
  if (!isTold && endpoint === "huggingface") {
    throw unsendable("price_limit", "What this model costs is not known here.");
  }
  if (offer !== undefined && isTold && !isWithin(offer, limit)) {
    throw unsendable(
      "price_limit",
      `It asks ${perMillion(offer.usdOut ?? 0)}; your limit is ${limitOf(limit)}.`,
    );
  }
}

function checkServed(named: NamedOffer | null, allowed: NamedOffer[], limit: number): void {
  const isAllowed = named === null ? allowed.length > 0 : allowed.includes(named);
  if (isAllowed) return;
  const who = named?.provider ?? "Everybody who serves it";
  const price =
    named === null || named.usdOut === null ? "more, or tells no price" : perMillion(named.usdOut);
  throw unsendable("price_limit", `${who} asks ${price}; your limit is ${limitOf(limit)}.`);
}

function perMillion(usd: number): string {
  return `$${usd.toFixed(2)} a million tokens out`;
}

function limitOf(usd: number): string {
  return `$${usd.toFixed(2)}`;
}
