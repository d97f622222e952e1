/** Whom a generation's calls ask: within the price limit, not whom it left, and not who failed often of late. */
import { describe, expect, test } from "bun:test";
import type { Failure, ListedModel } from "../../src/domain.ts";
import { createHealth } from "../../src/inference/failover/health.ts";
import { routeOf } from "../../src/inference/failover/route.ts";
import { UpstreamError, type ChatRequest } from "../../src/inference/provider.ts";
import { parseCatalogue } from "../../src/inference/catalogue/parse.ts";
import { routerList } from "../support/router-list.ts";

const oss = "openai/gpt-oss-120b";
const models = parseCatalogue(routerList(), { catalogueModels: 10, catalogueOffers: 10 }) ?? [];
const find = ({ id }: { id: string }) => models.find((each) => each.id === id.split(":", 1)[0]) ?? null;

function failed(more: Partial<Failure>, cause?: string): UpstreamError {
  const failure = {
    kind: "provider_down",
    status: 502,
    detail: "",
    provider: null,
    retryAfterMs: null,
  } as const;
  return new UpstreamError({ ...failure, ...more }, { cause });
}

function begin(model: string, more: Partial<ChatRequest> = {}, health = createHealth(() => 0)) {
  const request = { model, messages: [], maxTokens: 1, temperature: 1, ...more };
  return routeOf({ endpoint: "huggingface", find, health }, request);
}

/** Whom the calls ask when each fails, as long as there is somebody else. */
function asked(model: string, more: Partial<ChatRequest> = {}): string[] {
  const route = begin(model, more);
  const names = [route.request().model];
  while (route.leave(failed({}), 1)) names.push(route.request().model);
  return names.map((name) => name.replace(`${oss}:`, ""));
}

describe("the next provider", () => {
  test("is the best by the wish that was made", () => {
    // Nobody named himself: who is first in order is taken for who failed.
    expect(asked(`${oss}:fastest`)).toEqual(["fastest", "groq", "nscale"]);
    expect(asked(`${oss}:cheapest`)).toEqual(["cheapest", "cerebras", "groq"]);
  });
  test("is none that the price limit forbids, nor the first", () => {
    expect(asked(`${oss}:fastest`, { usdOutMax: 0.7 })).toEqual(["cerebras", "nscale"]);
    expect(asked(`${oss}:fastest`, { usdOutMax: 0.4 })).toEqual(["nscale"]);
    expect(() => begin(`${oss}:fastest`, { usdOutMax: 0.39 })).toThrow("price_limit (0)");
    expect(() => begin(`${oss}:groq`, { usdOutMax: 0.5 })).toThrow("price_limit (0)");
    expect(() => begin("org/unlisted", { usdOutMax: 50 })).toThrow("price_limit (0)");
    expect(begin("google/gemma-4-31B-it", { usdOutMax: 0 }).request().model).toEndWith(":together");
  });
  test("is none dearer than the one that was chosen, where no limit is set", () => {
    expect(asked(`${oss}:cerebras`)).toEqual(["cerebras", "nscale"]);
    expect(asked(`${oss}:groq`)).toEqual(["groq", "cerebras", "nscale"]);
    expect(asked(`${oss}:groq`, { usdOutMax: 1 })).toEqual(["groq", "cerebras", "nscale"]);
  });
  test("is nobody where only the chosen one may answer", () => {
    expect(asked(`${oss}:groq`, { providers: "chosen" })).toEqual(["groq"]);
  });
  test("is not who names himself in his refusal, however he writes it", () => {
    const route = begin(`${oss}:fastest`);
    expect(route.leave(failed({ kind: "rate_limited", status: 429, provider: "Groq" }), 12.4)).toBe(true);
    expect(route.told()).toEqual({ left: [{ provider: "Groq", why: "busy", tookMs: 12 }], to: "cerebras" });
  });
});

describe("a call is not left", () => {
  test("for what another provider would say too", () => {
    for (const kind of ["token_invalid", "credits_depleted", "request_too_long", "request_rejected"] as const)
      expect(begin(oss).leave(failed({ kind, status: 400 }), 1)).toBe(false);
  });
  test("where the router itself can't be reached; but it is where nothing came in time, or a line broke", () => {
    expect(begin(oss).leave(failed({ status: 0 }, "ConnectionRefused"), 1)).toBe(false);
    for (const cause of ["timeout", "ECONNRESET"])
      expect(begin(oss).leave(failed({ status: 0 }, cause), 1)).toBe(true);
  });
  test("for a server that nobody else stands beside", () => {
    const alone: ListedModel = { id: "m", takesImages: null, offers: [] };
    const parts = { endpoint: "local", find: () => alone, health: createHealth(() => 0) };
    const route = routeOf(parts, { model: "m", messages: [], maxTokens: 1, temperature: 1, usdOutMax: 0 });
    expect(route.leave(failed({ status: 503 }), 7)).toBe(false);
    expect(route.told()).toEqual({ left: [{ provider: null, why: "busy", tookMs: 7 }] });
  });
});

describe("a provider that fails often", () => {
  const tired = (times: number) => {
    const clock = { nowMs: 0 };
    const health = createHealth(() => clock.nowMs);
    for (let n = 0; n < times; n++) health.failed("cerebras");
    return { clock, health };
  };
  test("is rested, and asked again after a while", () => {
    expect(tired(1).health.isResting("cerebras")).toBe(false);
    const { clock, health } = tired(3);
    expect(health.isResting("Cerebras")).toBe(true);
    clock.nowMs = 69_000;
    expect(health.isResting("cerebras")).toBe(true);
    clock.nowMs = 72_000;
    expect(health.isResting("cerebras")).toBe(false);
    const long = tired(100);
    long.clock.nowMs = 361_000;
    expect(long.health.isResting("cerebras")).toBe(false);
  });
  test("is well again sooner when it answers", () => {
    const { health } = tired(3);
    health.answered("cerebras");
    expect(health.isResting("cerebras")).toBe(false);
  });
  test("is passed over at once, and this is told; without others it is asked all the same", () => {
    const { health } = tired(3);
    expect(begin(`${oss}:fastest`, {}, health).request().model).toBe(`${oss}:groq`);
    const named = begin(`${oss}:cerebras`, {}, health);
    expect(named.request().model).toBe(`${oss}:nscale`);
    expect(named.told().left).toEqual([{ provider: "cerebras", why: "resting", tookMs: 0 }]);
    const only = begin(`${oss}:cerebras`, { providers: "chosen" }, health);
    expect(only.request().model).toBe(`${oss}:cerebras`);
    expect(only.told().left).toBeUndefined();
  });
  test("takes no more memory than is set, whatever names come", () => {
    const health = createHealth(() => 0, 2);
    for (const name of ["a", "b", "c"]) for (let n = 0; n < 3; n++) health.failed(name);
    expect(["a", "b", "c"].map(health.isResting)).toEqual([false, true, true]);
  });
});
